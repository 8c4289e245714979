import type { TokenState } from './access-token.ts'
import { readAccessToken } from './access-token.ts'
import type { AccessTokenClaims } from './access-token-claims.ts'
import { unavailable } from './backend.ts'
import { untilAborted, withDeadline } from './deadline.ts'
import { createGatewayTokens } from './gateway-token.ts'
import { createKeySet } from './key-set.ts'
import type { GatewayOptions } from './options.ts'
import { resolveOptions } from './options.ts'
import type { Outcome } from './outcome.ts'
import { crossSiteOutcome, toOutcome } from './outcome.ts'
import type { Answer, Conclusion, Situation } from './policy.ts'
import { decide } from './policy.ts'
import type { Renewal } from './renewal.ts'
import { createRenewer } from './renewal.ts'
import type { RequestFacts } from './request-facts.ts'
import { readRequest, refreshContext } from './request-facts.ts'
import { isTellable } from './return-to.ts'
import type { Requirement } from './routes.ts'
import { compileRoutes } from './routes.ts'
import { isSafeMethod } from './same-origin.ts'
import { readSignedOutMark, signEndedMark } from './signed-out.ts'

/** A gateway for any runtime with `Request` and `Response`. */
export type SessionGateway = {
  /**
   * Decides what becomes of a request, and renews its session when that is due. Never throws for what a browser sends.
   * `waitUntil` is handed what goes on after the answer, for runtimes that stop when they have answered.
   */
  handle(request: Request, waitUntil?: (work: Promise<unknown>) => void): Promise<Outcome>
}

/**
 * Makes a gateway. Keep one per process: renewals are shared by all requests that go through it.
 *
 * @throws {GatewayError} `invalid_option` when an option cannot be used.
 * @example
 * const gateway = createSessionGateway({ remoteApi, keys: { secret }, gatewaySecrets: [gatewaySecret] })
 * const outcome = await gateway.handle(request)
 */
export function createSessionGateway(options: GatewayOptions): SessionGateway {
  const settings = resolveOptions(options)
  const { clock, onEvent } = settings
  const keys = createKeySet(settings)
  const gatewayTokens = createGatewayTokens(settings)
  const renew = createRenewer({ settings, keys, gatewayTokens })
  const routeOf = compileRoutes(settings.rules)

  return {
    async handle(request, waitUntil) {
      const facts = readRequest(request, settings, routeOf)
      if (!facts.sameOrigin) {
        onEvent({ type: 'origin.refused', method: facts.method, path: facts.url.pathname })
        return crossSiteOutcome()
      }

      const now = clock() / 1000
      const { accessToken, refreshToken, signedOut } = facts.cookies.values
      const patience = facts.route.require === 'public' ? PUBLIC_PATIENCE : undefined
      const token = await within(
        patience,
        readAccessToken(accessToken, { ...settings, keys }, now),
        UNVERIFIABLE,
      )
      const mark = await readSignedOutMark(gatewayTokens, signedOut, now)
      const situation = situationOf(facts, token, mark.sid, settings.staleIfError, now)

      const decision = decide(situation)
      let renewal: Renewal | null = null
      if (decision.step === 'renew' && refreshToken !== undefined) {
        const flight = renew(refreshToken, refreshContext(facts, settings.forwardCookies))
        waitUntil?.(flight)
        renewal = honourSignOut(await within(patience, flight, STILL_WAITING), mark.sid)
      }
      const conclusion =
        decision.step === 'conclude'
          ? decision
          : concludeAfter(agedTo(clock() / 1000, situation, token, settings.staleIfError), facts, renewal)

      const endedBy = conclusion.outcome === 'ended' ? reasonOf(renewal) : null
      report(onEvent, token, endedBy, renewal)
      const claims = claimsOf(token)
      const presented = claims && accessToken !== undefined ? { ...claims, accessToken } : null
      const renewed = renewal?.result === 'rotated' ? renewal.tokens : null
      const endedMark =
        endedBy !== null && isTellable(endedBy) && !tellsWhy(conclusion.answer)
          ? await signEndedMark(gatewayTokens, endedBy, mark.sid, now)
          : null
      const findings = { presented, renewed, endedBy: endedBy ?? mark.endedBy, endedMark }
      return toOutcome(facts, conclusion, findings, settings, clock() / 1000)
    },
  }
}

/** Milliseconds that a public path waits for a session: a healthy backend answers sooner, and its page needs none. */
const PUBLIC_PATIENCE = 1000
const UNVERIFIABLE: TokenState = { state: 'unverifiable' }
const STILL_WAITING = unavailable('still_waiting')

function within<Value>(
  patience: number | undefined,
  promise: Promise<Value>,
  otherwise: Value,
): Promise<Value> {
  if (patience === undefined) return promise
  return withDeadline(patience, (signal) => untilAborted(promise, signal)).catch(() => otherwise)
}

/** Seconds that a token must have left after a renewal that failed, or the page behind would find it ended. */
const LEAST_LEFT = 1

/** The same situation at a later time, when what the token has left may have passed. */
function agedTo(now: number, situation: Situation, token: TokenState, staleIfError: number): Situation {
  const claims = claimsOf(token)
  if (!claims || situation.token === 'signed-out' || claims.expiresAt > now + LEAST_LEFT) return situation
  const isStale = Math.max(0, now - claims.expiresAt) < staleIfError
  return { ...situation, token: 'expired', servableStale: situation.servableStale && isStale }
}

function situationOf(
  facts: RequestFacts,
  token: TokenState,
  signedOutSid: string | null,
  staleIfError: number,
  now: number,
): Situation {
  const claims = claimsOf(token)
  return {
    token: claims !== null && claims.sid === signedOutSid ? 'signed-out' : token.state,
    servableStale: claims !== null && isSafeMethod(facts.method) && now - claims.expiresAt < staleIfError,
    refreshToken: facts.cookies.values.refreshToken === undefined ? 'absent' : 'presented',
    renewal: 'not-tried',
    renew: facts.route.renew,
    access: accessOf(facts.route.require, claims),
    kind: facts.kind,
  }
}

function concludeAfter(situation: Situation, facts: RequestFacts, renewal: Renewal | null): Conclusion {
  const access =
    renewal?.result === 'rotated' ? accessOf(facts.route.require, renewal.tokens.claims) : situation.access
  const decision = decide({ ...situation, access, renewal: renewal?.result ?? 'unavailable' })
  if (decision.step === 'renew') throw new Error('a renewal that was tried is never asked for again')
  return decision
}

/** A renewal that was under way while the person signed out must not bring the session back. */
function honourSignOut(renewal: Renewal, signedOutSid: string | null): Renewal {
  return renewal.result === 'rotated' && renewal.tokens.claims.sid === signedOutSid
    ? { result: 'refused', reason: 'signed_out' }
    : renewal
}

/** These lead to the sign-in page, and their address says why. After any other answer the next one is to. */
const tellsWhy = (answer: Answer) => answer === 'redirect-to-sign-in' || answer === 'action-to-sign-in'

const reasonOf = (renewal: Renewal | null) => (renewal?.result === 'refused' ? renewal.reason : 'signed_out')

const claimsOf = (token: TokenState): AccessTokenClaims | null => ('claims' in token ? token.claims : null)

function accessOf(requirement: Requirement, claims: AccessTokenClaims | null): Situation['access'] {
  if (requirement === 'public') return 'public'
  if (requirement === 'session') return 'allowed'
  return requirement.roles.every((role) => claims?.roles.includes(role)) ? 'allowed' : 'role-missing'
}

function report(
  onEvent: NonNullable<GatewayOptions['onEvent']>,
  token: TokenState,
  endedBy: string | null,
  renewal: Renewal | null,
): void {
  if (token.state === 'invalid') onEvent({ type: 'access-token.invalid', reason: token.reason })
  if (renewal?.result === 'unavailable') onEvent({ type: 'backend.unavailable', reason: renewal.reason })
  if (token.state === 'unverifiable') onEvent({ type: 'backend.unavailable', reason: 'keys_unavailable' })
  if (endedBy !== null) onEvent({ type: 'session.ended', reason: endedBy, sid: claimsOf(token)?.sid ?? null })
}
