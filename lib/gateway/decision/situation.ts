import type { Attempt } from '../renewal/renewal.ts'
import type { RequestFacts } from '../request/facts.ts'
import type { Route } from '../request/routes.ts'
import { isSafeMethod } from '../request/same-origin.ts'
import type { AccessTokenClaims } from '../token/claims.ts'
import type { TokenState } from '../token/state.ts'
import type { Conclusion, Situation } from './policy.ts'
import { conclude } from './policy.ts'
import type { EndedFinding } from './revocation.ts'
import { unmetBy } from './step-up.ts'

/** Seconds that a token must have left after a renewal that failed, or the page behind would find it ended. */
const LEAST_LEFT = 1

/** The facts that a request with this token is decided on, before any renewal. Times in seconds. */
export function situationOf(
  facts: RequestFacts,
  token: TokenState,
  signedOutSid: string | null,
  ended: EndedFinding,
  staleIfError: number,
  now: number,
): Situation {
  const claims = claimsOf(token)
  return {
    token:
      claims !== null && claims.sid === signedOutSid
        ? 'signed-out'
        : ended.endedBy !== null
          ? 'ended'
          : ended.isOutdated
            ? 'expired'
            : token.state,
    servableStale:
      claims !== null &&
      !ended.isOutdated &&
      isSafeMethod(facts.method) &&
      now - claims.expiresAt < staleIfError,
    refreshToken: facts.cookies.values.refreshToken === undefined ? 'absent' : 'presented',
    delivery: facts.delivery,
    renew: facts.route.renew === 'always' ? 'always' : 'when-due',
    access: accessOf(facts.route.require, claims, now),
    unsure: ended.isStale && isStrict(facts.route.require),
    kind: facts.kind,
  }
}

const isStrict = (required: Route['require']) =>
  typeof required === 'object' && required.some(({ freshness }) => freshness)

/** The findings of a renewal. Null: it could not be tried. */
export function concludeAfter(
  attempt: Attempt | null,
  situation: Situation,
  facts: RequestFacts,
  token: TokenState,
  { staleIfError }: { readonly staleIfError: number },
): Conclusion {
  const renewal = attempt?.renewal
  const now = (attempt?.endedAt ?? 0) / 1000
  const aged = attempt ? agedTo(now, situation, token, staleIfError) : situation
  const access =
    renewal?.result === 'rotated'
      ? accessOf(facts.route.require, renewal.tokens.claims, now)
      : situation.access
  return conclude({ ...aged, access }, renewal?.result ?? 'unavailable')
}

/** The same situation at a later time, when what the token has left may have passed. */
function agedTo(now: number, situation: Situation, token: TokenState, staleIfError: number): Situation {
  const claims = claimsOf(token)
  if (!claims || situation.token === 'signed-out' || claims.expiresAt > now + LEAST_LEFT) return situation
  const isStale = Math.max(0, now - claims.expiresAt) < staleIfError
  return { ...situation, token: 'expired', servableStale: situation.servableStale && isStale }
}

export const claimsOf = (token: TokenState): AccessTokenClaims | null =>
  'claims' in token ? token.claims : null

function accessOf(
  required: Route['require'],
  claims: AccessTokenClaims | null,
  now: number,
): Situation['access'] {
  if (required === 'public') return 'public'
  if (required === 'session') return 'allowed'
  const hasRoles = required.every(({ roles = [] }) => roles.every((role) => claims?.roles.includes(role)))
  if (!hasRoles) return 'role-missing'
  return !claims || unmetBy(claims, required, now) ? 'insufficient' : 'allowed'
}
