import { unmetBy, withoutDevice } from '../gateway/decision/step-up.ts'
import type { RequestFacts } from '../gateway/request/facts.ts'
import type { Outcome, RequestSession } from '../gateway/response/outcome.ts'
import { refusal } from '../gateway/response/refusals.ts'
import { makeChallenge } from './challenge.ts'
import { bounceMark, isMarked, written } from './cookies.ts'
import type { Parts } from './endpoint.ts'
import { registrationHeader } from './fields.ts'
import { bouncePage } from './pages.ts'

/** Seconds after sign-in in which a session may be bound: later, it may be a thief who asks. */
const YOUNG = 300
/** Seconds that a challenge to register is good for: browsers answer it at once. */
const CHALLENGE_LIFE = 60
/** Seconds that a browser takes to bind, with a call to the backend. */
const BINDING = 1
export const BINDING_REQUIRED = 'device_binding_required'

/** Asks the browser to bind a session that it may bind; a rule that asks for a bound one waits for that once. */
export async function offer(parts: Parts, facts: RequestFacts, outcome: Outcome): Promise<Outcome> {
  const { settings, gatewayTokens, paths, misfits } = parts
  const { session } = outcome
  const now = settings.clock() / 1000
  if (!session) return outcome
  const { sid, authenticatedAt, issuedAt, expiresAt } = session
  // A backend that does not tell when somebody has signed in is taken at its tokens' word.
  const isYoung = Math.abs(now - (authenticatedAt ?? issuedAt)) <= YOUNG
  const isPossible = outcome.noStore && isYoung && misfits.takes(expiresAt - issuedAt)
  const isOffered = isPossible && isAsked(facts)
  const answer = outcome.refusal && lacksDeviceAlone(facts, session, now) ? lacking() : outcome
  if (!isOffered) return answer
  const header = registrationHeader(
    settings.basePath + paths.register,
    await makeChallenge(gatewayTokens, sid, CHALLENGE_LIFE, now),
  )
  const finish = (response: Response) => {
    response.headers.set('secure-session-registration', header)
    return response
  }
  return { ...answer, finish }

  function lacking(): Outcome {
    // Behind a link of another site, and a sign-in at a provider is one, the page asks again as one of this site, and is asked then.
    return isPossible && isPage(facts) && (isOffered ? !isMarked(facts) : isLed(facts))
      ? {
          ...outcome,
          refusal: bouncePage(settings, facts, BINDING),
          setCookies: [...outcome.setCookies, ...written(isOffered ? [bounceMark] : [], settings)],
        }
      : { ...outcome, refusal: bindingRequired(parts, facts) }
  }
}

/** The refusal of a session that is good, but not bound. */
function bindingRequired({ settings }: Parts, facts: RequestFacts): Response {
  const { kind } = facts
  const why = { endedBy: BINDING_REQUIRED, isMisfit: false }
  const leads =
    kind === 'document' ? 'redirect-to-sign-in' : kind === 'action' ? 'action-to-sign-in' : undefined
  if (leads) return refusal(leads, facts, settings, why)
  const headers = { 'www-authenticate': `Bearer error="${BINDING_REQUIRED}"` }
  return Response.json({ error: BINDING_REQUIRED }, { status: 401, headers })
}

/** Whether the answer may be another page that leads back here. */
export const isPage = ({ kind, method }: RequestFacts): boolean => kind === 'document' && method === 'GET'

/** A page of this site asks, or the person, for what is no mere part of a page: many answers at once would make many keys. */
const isAsked = ({ headers, kind }: RequestFacts) =>
  /^(same-origin|none)$/.test(headers.get('sec-fetch-site') ?? '') &&
  kind !== 'prefetch' &&
  /^(document|empty)?$/.test(headers.get('sec-fetch-dest') ?? '')

export const isLed = ({ headers }: RequestFacts): boolean => headers.get('sec-fetch-site') === 'cross-site'

/** Whether the rule is met in all but the device. */
const lacksDeviceAlone = ({ route: { require } }: RequestFacts, session: RequestSession, now: number) =>
  unmetBy(session, require, now) && !unmetBy(session, withoutDevice(require), now)
