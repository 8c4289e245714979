import { formatCookieHeader } from '../cookies/header.ts'
import type { CookieChange } from '../cookies/session-cookies.ts'
import {
  applyChanges,
  clearBroken,
  clearCookie,
  cookieName,
  removeSession,
  withoutExcess,
} from '../cookies/session-cookies.ts'
import type { CookieAttributes } from '../cookies/set-cookie.ts'
import { formatSetCookie, parseSetCookie, withoutRepeats } from '../cookies/set-cookie.ts'
import type { CookieSettings } from '../cookies/settings.ts'
import type { Conclusion, SessionOutcome } from '../decision/policy.ts'
import { unmetBy } from '../decision/step-up.ts'
import type { Attempt, VerifiedTokens } from '../renewal/renewal.ts'
import type { RequestFacts } from '../request/facts.ts'
import { OPEN } from '../request/routes.ts'
import { isSafeMethod } from '../request/same-origin.ts'
import type { AccessTokenClaims } from '../token/claims.ts'
import type { SignedMark } from '../token/signed-out.ts'
import type { IssueSettings } from './cookie-changes.ts'
import { clearSession, issueMark, issueSession } from './cookie-changes.ts'
import type { CorsSettings } from './cors.ts'
import { withCors } from './cors.ts'
import type { RefusalSettings } from './refusals.ts'
import { refusal } from './refusals.ts'
import { returnToOf } from './return-to.ts'
import { signInPathFor } from './sign-in-path.ts'

/** The session a request passes with. */
export type RequestSession = AccessTokenClaims & { readonly accessToken: string }

/** The outcome of a request. */
export type Outcome = {
  /** The value of the `x-session` header. */
  readonly outcome: SessionOutcome
  readonly session: RequestSession | null
  /** The response of a request that may not pass; null when it may. */
  readonly refusal: Response | null
  /**
   * Path and query, `basePath` included, of what the app is to answer with in the place of what was asked for; null: that itself.
   * An image that not everybody may see is served as it is: Next's optimizer asks for it without cookies, and keeps it for all.
   */
  readonly rewrite: string | null
  /** The headers the app is to see; null when the request's own are fine. */
  readonly requestHeaders: Headers | null
  /** Set-Cookie headers, one each, for whatever response leaves. */
  readonly setCookies: readonly string[]
  /** The response that leaves, made of the one that would, before the session's cookies are put on it. Default: that one. */
  readonly finish?: (response: Response) => Response
  /** The response must not be stored by anyone. */
  readonly noStore: boolean
  /** The answer's headers leave with those of the action's answer, which says itself what became of its session. */
  readonly followsAction: boolean
  /** The renewal that this request waited for: how long, and the trace (W3C Trace Context) it is a part of. */
  readonly renewal: { readonly milliseconds: number; readonly traceparent: string } | null
}

/** Path and query of a public page's request, for `requireSession()` to send back to. */
export const RETURN_TO_HEADER = 'x-session-return-to'

/** The sign-in page of a public page's request, for `requireSession()` to send to. Only where requests differ in it. */
export const SIGN_IN_HEADER = 'x-session-sign-in'

/** The settings that an outcome needs. */
export type OutcomeSettings = IssueSettings &
  RefusalSettings &
  CorsSettings &
  Pick<CookieAttributes, 'sameSite'> & {
    /** Names of the backend's other cookies that are handed on to the browser. */
    readonly relayCookies: readonly string[]
  }

/** The facts that a conclusion is about. */
export type Findings = {
  readonly presented: RequestSession | null
  readonly attempt: Attempt | null
  /** The backend's word for why the session has ended, by this request or by one before it. */
  readonly endedBy: string | null
  /** Tells a later request of it. */
  readonly endedMark: SignedMark | null
}

/** Turns a conclusion into everything that leaves the gateway. `now` in seconds. */
export function toOutcome(
  facts: RequestFacts,
  conclusion: Conclusion,
  findings: Findings,
  settings: OutcomeSettings,
  now: number,
): Outcome {
  const changes = cookieChanges(facts, conclusion, findings, settings, now)
  // A request that passes without a session must not get one in the app: the app does not know what the gateway knew.
  const withheld = conclusion.identity === 'none' ? clearAccessToken(facts, settings) : []
  const { attempt, endedMark } = findings
  const marks = endedMark ? issueMark(endedMark, settings, facts.secure, facts.cookies) : []
  const setCookies =
    facts.delivery === 'impossible'
      ? []
      : [
          ...withoutExcess([...changes, ...marks]).map((change) =>
            formatSetCookie(change, { ...settings, secure: facts.secure }),
          ),
          ...(conclusion.cookies === 'issue' ? relayedCookies(renewedBy(attempt), settings, now) : []),
        ]
  const { answer } = conclusion
  const passes = answer === 'pass'
  const session = sessionOf(conclusion, findings)
  const unmet = session ? unmetBy(session, facts.route.require, now) : undefined
  return {
    outcome: conclusion.outcome,
    session,
    refusal:
      answer === 'pass'
        ? null
        : withCors(refusal(answer, facts, settings, { ...whyOf(findings), unmet }), facts, settings),
    rewrite: passes && facts.route.require !== 'public' ? facts.imageSource : null,
    requestHeaders: passes ? headersForApp(facts, [...changes, ...withheld], attempt, settings) : null,
    setCookies,
    noStore: setCookies.length > 0 || !passes || facts.followsAction || mayBePersonal(facts, conclusion),
    followsAction: facts.followsAction,
    renewal: attempt,
  }
}

/** The app's answer may hold a person's content, or set cookies of its own. */
function mayBePersonal({ route, method }: RequestFacts, { identity }: Conclusion): boolean {
  return route !== OPEN && (route.require !== 'public' || identity !== 'none' || !isSafeMethod(method))
}

/** The outcome of a request that is refused for its form: nothing in it is believed, and nothing changes. */
export function unheardOutcome(refusal: Response, facts: RequestFacts, settings: CorsSettings): Outcome {
  return {
    outcome: 'anonymous',
    session: null,
    refusal: withCors(refusal, facts, settings),
    rewrite: null,
    requestHeaders: null,
    setCookies: [],
    noStore: true,
    followsAction: facts.followsAction,
    renewal: null,
  }
}

function cookieChanges(
  { cookies, secure }: RequestFacts,
  conclusion: Conclusion,
  { attempt }: Findings,
  settings: OutcomeSettings,
  now: number,
): CookieChange[] {
  return withoutRepeats([...clearBroken(cookies.broken, settings.domain), ...sessionChanges()], settings)

  function sessionChanges(): CookieChange[] {
    const renewed = renewedBy(attempt)
    if (conclusion.cookies === 'issue' && renewed)
      return issueSession(renewed, settings, secure, cookies, now)
    return conclusion.cookies === 'clear' ? clearSession(settings, secure, cookies) : []
  }
}

const whyOf = ({ endedBy, attempt }: Findings) => ({
  endedBy,
  isMisfit: attempt?.renewal.result === 'unavailable' && attempt.renewal.isMisfit === true,
})

const clearAccessToken = ({ cookies, secure }: RequestFacts, settings: CookieSettings): CookieChange[] =>
  clearCookie(cookieName('accessToken', settings, secure), cookies.names)

const renewedBy = (attempt: Attempt | null): VerifiedTokens | null =>
  attempt?.renewal.result === 'rotated' ? attempt.renewal.tokens : null

function sessionOf({ identity }: Conclusion, { presented, attempt }: Findings): RequestSession | null {
  const renewed = renewedBy(attempt)
  if (identity === 'none') return null
  return identity === 'renewed' && renewed
    ? { ...renewed.claims, accessToken: renewed.issued.accessToken }
    : presented
}

function relayedCookies(renewed: VerifiedTokens | null, settings: OutcomeSettings, now: number): string[] {
  const relayed = new Set(settings.relayCookies)
  return (renewed?.issued.otherCookies ?? []).filter((header) =>
    relayed.has(parseSetCookie(header, now)?.name ?? ''),
  )
}

/** Headers that only the gateway or Next may set; from outside they are lies. */
const isReserved = (name: string) =>
  name.startsWith('x-session') || name.startsWith('x-middleware-') || name === 'set-cookie'

function headersForApp(
  { headers: received, route, page, pairs, cookies, elsewhere, followsAction }: RequestFacts,
  changes: readonly CookieChange[],
  attempt: Attempt | null,
  settings: OutcomeSettings,
): Headers | null {
  const reserved = [...received.keys()].filter(isReserved)
  const isPublic = route.require === 'public'
  const plain = formatCookieHeader(pairs)
  const isOdd = plain !== (received.get('cookie') ?? '')
  if (
    reserved.length === 0 &&
    changes.length === 0 &&
    !isPublic &&
    !attempt &&
    !isOdd &&
    !elsewhere &&
    !followsAction
  )
    return null
  const headers = new Headers([...received])
  for (const name of reserved) headers.delete(name)
  // Written in the one plain way, so that the app reads no name or value otherwise than the gateway has.
  const cookie = changes.length > 0 ? formatCookieHeader(applyChanges(pairs, cookies, changes)) : plain
  if (cookie !== '') headers.set('cookie', cookie)
  else headers.delete('cookie')
  if (isPublic) {
    headers.set(RETURN_TO_HEADER, returnToOf(page))
    const signInPath = signInPathFor(settings, { ...page, headers: received })
    if (signInPath !== settings.signInPath) headers.set(SIGN_IN_HEADER, signInPath)
  }
  // The app's calls for this request then belong to the trace of its renewal.
  if (attempt) headers.set('traceparent', attempt.traceparent)
  return elsewhere ? removeSession(headers, settings) : headers
}
