import { parseCookieHeader } from './cookies/header.ts'
import { removeSession } from './cookies/session-cookies.ts'
import { createForeignCookies } from './decision/foreign-cookies.ts'
import type { Answer } from './decision/policy.ts'
import { decide, decideWithout } from './decision/policy.ts'
import { NOTHING_KNOWN } from './decision/revocation.ts'
import { claimsOf, concludeAfter, situationOf } from './decision/situation.ts'
import type { Decide, HandleRequest, OpenBinding } from './device/device-binding.ts'
import { endReasonOf, report, subjectOf } from './events/report.ts'
import type { GatewayOptions } from './options.ts'
import { resolveOptions } from './options.ts'
import type { WaitUntil } from './platform.ts'
import { unavailable } from './renewal/backend.ts'
import { untilAborted, withDeadline } from './renewal/deadline.ts'
import type { Presented } from './renewal/renew.ts'
import { createRenewer } from './renewal/renew.ts'
import type { Attempt, Renewal } from './renewal/renewal.ts'
import { createDeliveryWatch } from './renewal/undelivered.ts'
import { compileDelivery } from './request/delivery.ts'
import type { RequestFacts } from './request/facts.ts'
import { clientOfRequest, readRequest, refreshContext } from './request/facts.ts'
import { compileRoutes } from './request/routes.ts'
import { checkOrigins } from './request/same-origin.ts'
import { compileBodySizes } from './request/size.ts'
import { newTraceparent } from './request/traceparent.ts'
import type { Outcome } from './response/outcome.ts'
import { toOutcome, unheardOutcome } from './response/outcome.ts'
import { crossSiteRefusal, excessRefusal } from './response/refusals.ts'
import { isTellable } from './response/return-to.ts'
import { createTokenCache } from './token/cache.ts'
import { createGatewayTokens } from './token/gateway-token.ts'
import { createKeySet } from './token/key-set.ts'
import { readSignedOutMark, signEndedMark } from './token/signed-out.ts'
import type { TokenState } from './token/state.ts'

/** A gateway for any runtime with `Request` and `Response`. */
export type SessionGateway = {
  /**
   * Decides what becomes of a request, and renews its session when that is due. Never throws for what a browser sends.
   * `waitUntil` is handed what goes on after the answer, for runtimes that stop when they have answered.
   */
  handle(request: Request, waitUntil?: WaitUntil): Promise<Outcome>
  /** Removes the session's cookies from headers that go to another server, and returns these headers. */
  withoutSession(headers: Headers): Headers
  /** Whether `rewrites()` hand a request for this address to another server. */
  leadsElsewhere(address: URL, headers: Headers): boolean
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
  const tokens = createTokenCache({ ...settings, keys }, settings.tokenCacheSize)
  const gatewayTokens = createGatewayTokens(settings)
  const renew = createRenewer({ settings, keys, gatewayTokens })
  const watch = createDeliveryWatch(renew, clock)
  const routeOf = compileRoutes(settings.rules, settings.publicFiles, settings.locales)
  const bodySizeOf = compileBodySizes(settings.maxBodySizes)
  const endedSessions = settings.revocation?.open(settings)
  const areForeign = createForeignCookies(onEvent)
  checkOrigins(settings.allowedOrigins)
  const destinationOf = compileDelivery(settings.undeliverable)
  const { deviceBinding } = settings
  const answer: HandleRequest =
    deviceBinding && deviceBinding !== 'off'
      ? (deviceBinding as OpenBinding).open({ settings, judge, renew: attemptRenewal })
      : judge

  return {
    withoutSession: (headers) => removeSession(headers, settings),
    leadsElsewhere({ pathname, search }, headers) {
      const pairs = parseCookieHeader(headers.get('cookie'))
      return destinationOf({ pathname, search, headers: new Map(headers), pairs }).elsewhere
    },
    async handle(request, waitUntil) {
      return answer(readRequest(request, settings, { routeOf, bodySizeOf, destinationOf }), waitUntil)
    },
  }

  async function judge(
    facts: RequestFacts,
    waitUntil?: WaitUntil,
    decideFirst: Decide = decide,
  ): Promise<Outcome> {
    if (!facts.sameOrigin) {
      onEvent({ type: 'origin.refused', ...subjectOf(facts, facts.traceparent) })
      return unheardOutcome(crossSiteRefusal(), facts, settings)
    }
    if (facts.excess) {
      onEvent({ type: 'request.refused', ...subjectOf(facts, facts.traceparent), reason: facts.excess })
      return unheardOutcome(excessRefusal(facts.excess), facts, settings)
    }
    const now = clock() / 1000
    const { accessToken, refreshToken, signedOut } = facts.cookies.values
    watch.noteDelivered(refreshToken)
    const patience = facts.route.require === 'public' ? PUBLIC_PATIENCE : undefined
    const cached = tokens.recall(accessToken, now)
    const token = cached ?? (await within(patience, tokens.read(accessToken, now), UNVERIFIABLE))
    const mark = await readSignedOutMark(gatewayTokens, signedOut, now)
    const claims = claimsOf(token)
    const ended = (await endedSessions?.look(claims, waitUntil)) ?? NOTHING_KNOWN
    const situation = situationOf(facts, token, mark.sid, ended, settings.staleIfError, now)

    const decision = (await areForeign(facts, token, null))
      ? decideWithout(situation)
      : decideFirst(situation)
    const attempt =
      decision.step === 'renew' && refreshToken !== undefined
        ? await attemptRenewal(
            facts,
            { refreshToken, sid: claims?.sid ?? null },
            mark.sid,
            patience,
            waitUntil,
          )
        : null
    const conclusion =
      decision.step === 'conclude'
        ? decision
        : attempt && (await areForeign(facts, token, attempt))
          ? decideWithout(situation)
          : concludeAfter(attempt, situation, facts, token, settings)
    report(onEvent, {
      facts,
      token,
      verified: cached ? 'cached' : 'now',
      situation,
      attempt,
      mark,
      endedBy: ended.endedBy,
      conclusion,
    })

    const presented = claims && accessToken !== undefined ? { ...claims, accessToken } : null
    const endedBy =
      conclusion.outcome === 'ended' ? (ended.told ?? endReasonOf(attempt, conclusion.reason)) : null
    const endedMark =
      endedBy !== null && isTellable(endedBy) && !tellsWhy(conclusion.answer)
        ? await signEndedMark(gatewayTokens, endedBy, mark.sid, now)
        : null
    const findings = { presented, attempt, endedBy: endedBy ?? mark.endedBy, endedMark }
    return toOutcome(facts, conclusion, findings, settings, clock() / 1000)
  }

  /** A renewal that was under way while the session ended must not bring it back. */
  function honourEnd(renewal: Renewal, signedOutSid: string | null): Renewal {
    if (renewal.result !== 'rotated') return renewal
    const { claims } = renewal.tokens
    const reason = claims.sid === signedOutSid ? 'signed_out' : endedSessions?.told(claims)
    return reason ? { result: 'refused', reason } : renewal
  }

  async function attemptRenewal(
    facts: RequestFacts,
    session: Pick<Presented, 'refreshToken' | 'sid'> & Partial<Pick<Presented, 'client'>>,
    signedOutSid: string | null,
    patience: number | undefined,
    waitUntil: WaitUntil | undefined,
  ): Promise<Attempt> {
    const startedAt = clock()
    const traceparent = facts.traceparent ?? newTraceparent()
    let shared = true
    const presented: Presented = {
      client: clientOfRequest(facts, settings),
      ...session,
      context() {
        shared = false
        return refreshContext(facts, settings, traceparent)
      },
    }
    const flight = watch.renew(presented, (sid) =>
      onEvent({ type: 'renewal.undelivered', ...subjectOf(facts, traceparent, sid) }),
    )
    waitUntil?.(flight)
    const renewal = honourEnd(await within(patience, flight, STILL_WAITING), signedOutSid)
    const endedAt = clock()
    return { renewal, traceparent, shared, endedAt, milliseconds: endedAt - startedAt }
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

/** These lead to the sign-in page, and their address says why. After any other answer the next one is to. */
const tellsWhy = (answer: Answer) => answer === 'redirect-to-sign-in' || answer === 'action-to-sign-in'
