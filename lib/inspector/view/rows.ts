import type { GatewayEvent } from '../../gateway/events/events.ts'
import type { Recorded } from '../record/recorded.ts'
import { isByTheWay } from '../record/recorded.ts'
import { reasonInWords } from './reasons.ts'
import { formatDuration } from './time.ts'

export type Icon = 'good' | 'renewed' | 'nobody' | 'ended' | 'trouble' | 'open' | 'closed' | 'note'

/** One line of the timeline, ready to be drawn. */
export type Row = {
  readonly id: string
  readonly at: number
  readonly icon: Icon
  readonly word: string
  /** The request it is about; null for what the process does by itself. */
  readonly request: string | null
  readonly detail: string
  /** Milliseconds that the request waited for its session; null where it did not. */
  readonly waited: number | null
}

/** The timeline, newest first, without good requests that nobody has made on purpose. */
export function rowsOf(events: readonly Recorded[]): readonly Row[] {
  return events
    .filter(({ event }) => !isByTheWay(event))
    .filter(isNotSaidTwice(events))
    .map(rowOf)
    .reverse()
}

/** A request that is degraded says itself what was wrong with the backend. */
function isNotSaidTwice(events: readonly Recorded[]): (recorded: Recorded) => boolean {
  const said = new Set(events.map(({ event }) => (event.type === 'session.degraded' ? event.traceId : null)))
  return ({ event }) =>
    event.type !== 'backend.unavailable' || event.traceId === null || !said.has(event.traceId)
}

function rowOf({ id, at, event }: Recorded): Row {
  const { icon, word, detail } = inWords(event, at)
  const request = 'path' in event ? `${event.kind} ${event.method} ${event.path}` : null
  return { id, at, icon, word, request, detail, waited: 'waited' in event ? event.waited : null }
}

type Words = Pick<Row, 'icon' | 'word' | 'detail'>

function inWords(event: GatewayEvent, at: number): Words {
  switch (event.type) {
    case 'session.active': {
      const left = formatDuration(event.expiresAt - at / 1000)
      const how = event.verified === 'cached' ? 'verified within the last minute' : 'verified now'
      return { icon: 'good', word: 'active', detail: `${left} left, ${how}` }
    }
    case 'session.renewed': {
      if (event.token === 'proof')
        return { icon: 'renewed', word: 'renewed', detail: 'by a proof of this device’s key' }
      const whose = event.shared ? 'by a call that another request made' : 'by a call to the backend'
      return { icon: 'renewed', word: 'renewed', detail: `token ${event.token}: a new one ${whose}` }
    }
    case 'session.anonymous':
      return { icon: 'nobody', word: 'anonymous', detail: answered(event.answer) }
    case 'session.ended':
      return { icon: 'ended', word: 'ended', detail: `${event.reason}: ${reasonInWords(event.reason)}` }
    case 'session.degraded':
      return {
        icon: 'trouble',
        word: 'degraded',
        detail: `${event.reason}; ${UNRENEWED.get(event.reason) ?? answered(event.answer)}`,
      }
    case 'access-token.invalid':
      return { icon: 'trouble', word: 'token invalid', detail: event.reason }
    case 'origin.refused':
      return { icon: 'trouble', word: 'origin refused', detail: 'another site sent it' }
    case 'request.refused':
      return { icon: 'trouble', word: 'request refused', detail: event.reason }
    case 'cookies.foreign':
      return {
        icon: 'note',
        word: 'cookies foreign',
        detail: `another app’s on this host: ${event.names.join(', ')}`,
      }
    case 'backend.unavailable':
      return { icon: 'trouble', word: 'backend unavailable', detail: event.reason }
    case 'key.refused':
    case 'backend.failed':
    case 'backend.misfit':
      return { icon: 'trouble', word: event.type.replace('.', ' '), detail: event.message }
    case 'backend.sign-out-failed':
      return { icon: 'trouble', word: 'sign-out failed', detail: `over here; the backend: ${event.reason}` }
    case 'breaker.opened':
      return {
        icon: 'open',
        word: 'breaker opened',
        detail: `no call for up to ${event.pause} ms, then a probe`,
      }
    case 'breaker.closed':
      return { icon: 'closed', word: 'breaker closed', detail: 'the backend is back' }
    case 'clock.skewed':
      return { icon: 'note', word: 'clock skewed', detail: `backend differs by ${event.seconds} s` }
    case 'renewal.undelivered':
      return { icon: 'note', word: 'cookies do not arrive', detail: event.path }
    case 'device.bound':
      return { icon: 'good', word: 'device bound', detail: `a key of this device, ${event.alg}` }
    case 'device.skipped':
      return {
        icon: 'trouble',
        word: 'no proof',
        detail: `${event.reason}: the browser could not renew, and says so`,
      }
    case 'device.proof-invalid':
      return {
        icon: 'trouble',
        word: 'proof refused',
        detail: `${event.reason}: this device has not made it`,
      }
    case 'device.lost':
      return {
        icon: 'ended',
        word: 'a copy has lost',
        detail: 'the cookies of this session, without its key: a thief, or a device that has lost it',
      }
    case 'device.misfit':
      return { icon: 'trouble', word: 'device misfit', detail: event.message }
    case 'revocation.stale':
      return { icon: 'trouble', word: 'endings unknown', detail: `${event.reason}, for ${event.seconds} s` }
    case 'revocation.caught-up':
      return { icon: 'closed', word: 'endings known', detail: 'the feed is back' }
    case 'revocation.misfit':
      return { icon: 'trouble', word: 'endings odd', detail: event.reason }
    case 'user-data.left-out':
      return { icon: 'note', word: 'user data left out', detail: `${event.bytes} bytes are too many` }
  }
}

/** Answers to requests of a bound session whose browser has not renewed it first. */
const UNRENEWED = new Map([
  ['device_bounced', 'sent back to the page, so that the browser proves its device before'],
  ['device_not_refreshed', 'answered 401, so that the browser proves its device, and asks again'],
])

type Answer = Extract<GatewayEvent, { type: 'session.degraded' }>['answer']

const ANSWERS: Readonly<Record<Answer, string>> = {
  pass: 'let through',
  'redirect-to-sign-in': 'sent to sign in',
  'action-to-sign-in': 'sent to sign in',
  unauthenticated: 'answered 401',
  forbidden: 'answered 403',
  'unavailable-page': 'answered 503, cookies kept',
  unavailable: 'answered 503, cookies kept',
}

const answered = (answer: Answer) => ANSWERS[answer]
