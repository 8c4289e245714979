import type { CookieChange } from '../gateway/cookies/session-cookies.ts'
import { withoutDevice } from '../gateway/decision/step-up.ts'
import { isBound, readBoundCookies } from '../gateway/device/bound-session.ts'
import { clearTimers } from '../gateway/device/timer-cookies.ts'
import type { WaitUntil } from '../gateway/platform.ts'
import type { RequestFacts } from '../gateway/request/facts.ts'
import { OPEN } from '../gateway/request/routes.ts'
import { unauthenticated } from '../gateway/response/challenge.ts'
import type { Outcome } from '../gateway/response/outcome.ts'
import { returnToOf } from '../gateway/response/return-to.ts'
import { tokenPart } from '../gateway/token/token-part.ts'
import { bounceMark, clearTimer, isMarked, written } from './cookies.ts'
import type { Extra } from './decide-request.ts'
import { decideBound } from './decide-request.ts'
import type { Parts } from './endpoint.ts'
import { tell } from './endpoint.ts'
import { skippedReason } from './fields.ts'
import { isLed, isPage, offer } from './offer.ts'
import { bouncePage } from './pages.ts'

/** Judges an ordinary request, as the gateway does but for what is bound or to be bound. */
export async function judgeBound(
  parts: Parts,
  received: RequestFacts,
  waitUntil: WaitUntil | undefined,
): Promise<Outcome> {
  const { gateway, settings, sessions, mode } = parts
  const cookies = readBoundCookies(received.pairs, settings, true)
  const facts = { ...received, cookies }
  const { refreshToken, accessToken } = cookies.values
  const session = await sessions.open(refreshToken)
  const skipped = session && facts.headers.get('secure-session-skipped')
  const sid = session?.sid
  if (skipped) tell(parts, facts, sid, { type: 'device.skipped', reason: skippedReason(skipped) })

  const cookie = session
    ? 'sealed'
    : isBound(refreshToken)
      ? 'unreadable'
      : refreshToken === undefined
        ? 'none'
        : 'plain'
  const bound = {
    cookie,
    mode,
    isSkipped: Boolean(skipped),
    // A browser does not renew before a link of another site, be it the second in these seconds.
    isMarked: isMarked(facts) && !isLed(facts),
    canBounce: isPage(facts) && facts.route !== OPEN,
  } as const
  const judged = session
    ? {
        ...facts,
        // Somebody else's access token is not bound by it. The gateway verifies the token.
        ...(tokenPart(accessToken ?? '', 1)?.sid === session.sid && {
          route: { ...facts.route, require: withoutDevice(facts.route.require) },
        }),
        // It was delivered. No decision spends it.
        cookies: { ...cookies, values: { ...cookies.values, refreshToken: session.refreshToken } },
      }
    : facts
  let extra: Extra = 'none'
  const outcome = await gateway.judge(judged, waitUntil, (situation) => {
    const decided = decideBound(situation, bound)
    extra = decided.extra
    return decided.decision
  })
  if (cookie === 'plain') return offer(parts, facts, outcome)
  if ((extra as Extra) === 'lost') tell(parts, facts, sid, { type: 'device.lost' })
  return dressed(outcome, extra, facts, parts)
}

/** The answer, with what a decision on a bound session adds. */
function dressed(outcome: Outcome, extra: Extra, facts: RequestFacts, { settings }: Parts): Outcome {
  const and = (...changes: readonly CookieChange[]) => ({
    ...outcome,
    setCookies: [...outcome.setCookies, ...written(changes, settings)],
    noStore: true,
  })
  switch (extra) {
    case 'bounce':
      return { ...and(clearTimer, bounceMark), refusal: bouncePage(settings, facts, 0) }
    case 'repeat':
      return { ...and(clearTimer), refusal: outcome.refusal && repeatLater(outcome.refusal) }
    default:
      return outcome.outcome === 'ended' ? and(...clearTimers(facts.pairs)) : outcome
  }

  /** The browser renews before it asks again. An action leads back to its page, so that no error boundary is met. */
  function repeatLater({ body, headers }: Response): Response {
    // A form is told already that nothing of it was processed.
    if (facts.kind === 'document') return new Response(body, { status: 401, headers })
    return unauthenticated(
      undefined,
      facts.kind === 'action' ? { 'x-action-redirect': `${returnToOf(facts.page)};replace` } : {},
    )
  }
}
