import type { Route, SessionRequirement } from '../request/routes.ts'
import type { AccessTokenClaims } from '../token/claims.ts'

/** How a person has signed in, as far as it is known. */
type SignIn = Pick<AccessTokenClaims, 'authenticatedAt' | 'acr'>

/**
 * The first requirement that a sign-in does not meet: it is too long ago, or not sure enough; undefined when it meets all.
 * A sign-in in the future is as bad as one in the past: a backend that counts in milliseconds must not be young for ever. A device is never
 * met here: `withoutDevice()` takes it out where the session is bound. `now` in seconds.
 */
export const unmetBy = (
  { authenticatedAt, acr: presented }: SignIn,
  requirements: Route['require'],
  now: number,
): SessionRequirement | undefined =>
  typeof requirements === 'object'
    ? requirements.find(
        ({ authenticatedWithin = Infinity, acr, device }) =>
          device ||
          Math.abs(now - (authenticatedAt ?? 0)) > authenticatedWithin ||
          acr?.includes(presented ?? '') === false,
      )
    : undefined

/** The same requirements of a session that is bound to its device. */
export const withoutDevice = <Required extends Route['require']>(required: Required): Required =>
  typeof required === 'object'
    ? (required.map(({ device: _, ...rest }) => rest) as readonly SessionRequirement[] as Required)
    : required

/** The sign-in that is asked for, each part written by `write` and behind the one before; names as RFC 9470 3 and OpenID Connect Core 3.1.2.1 have them. */
export const askedOf = (
  { authenticatedWithin, acr }: SessionRequirement,
  write: (name: string, value: string) => string,
): string =>
  (authenticatedWithin === undefined ? '' : write('max_age', `${authenticatedWithin}`)) +
  (acr ? write('acr_values', acr.join(' ')) : '')
