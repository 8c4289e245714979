import type { IDToken } from 'oauth4webapi'
import { unmetBy } from '../gateway/decision/step-up.ts'
import type { SessionRequirement } from '../gateway/request/routes.ts'

/** How a person has to sign in. */
export type SignInRequirement = Pick<SessionRequirement, 'authenticatedWithin' | 'acr'>

/** Seconds that the provider's clock may differ. */
const TOLERANCE = 5

/** The sign-in that is asked for, by the parameters that the sign-in page was given, and that it hands on. */
export function requiredBy(asked: URLSearchParams): SignInRequirement {
  const age = asked.get('max_age') ?? ''
  const acr = (asked.get('acr_values') ?? '').split(' ').filter(isAcr)
  return {
    ...(/^\d{1,9}$/.test(age) && { authenticatedWithin: Number(age) }),
    ...(acr.length > 0 && { acr }),
  }
}

/** A value that fits into a list of them, and an address. */
const isAcr = (value: string) => /^[\x21-\x7e]{1,200}$/.test(value)

/** For a person who is to show that they are there, and not the provider's cookie: OpenID Connect Core 1.0, 3.1.2.1. */
export const authorizationParameters = (required: SignInRequirement): Record<string, string> => ({
  ...(required.authenticatedWithin !== undefined && { max_age: String(required.authenticatedWithin) }),
  ...(required.acr && { acr_values: required.acr.join(' ') }),
  ...(required.authenticatedWithin !== undefined && { prompt: 'login' }),
})

/**
 * Whether the sign-in is as it was asked for. Providers may pass over `acr_values`, and some do over `max_age` (OpenID Connect Core 1.0,
 * 3.1.3.7, 12 and 13). `now` in seconds.
 */
export function isSufficient(
  { auth_time, acr }: Partial<Pick<IDToken, 'auth_time' | 'acr'>>,
  { authenticatedWithin, ...required }: SignInRequirement,
  now: number,
): boolean {
  const withTolerance =
    authenticatedWithin === undefined ? {} : { authenticatedWithin: authenticatedWithin + TOLERANCE }
  const signIn = { authenticatedAt: auth_time ?? null, acr: typeof acr === 'string' ? acr : null }
  return unmetBy(signIn, [{ ...required, ...withTolerance }], now) === undefined
}
