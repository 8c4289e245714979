import type { GatewayEvent } from '../../gateway/events/events.ts'

/** An event of the gateway, and when it was told; `at` in milliseconds since the epoch. */
export type Recorded = { readonly id: string; readonly at: number; readonly event: GatewayEvent }

/** A session of the person that the gateway has seen the end of. */
export type SessionEnd = {
  readonly id: string
  readonly at: number
  readonly sid: string
  readonly reason: string
}

/** The first message of a stream. */
export type Snapshot = {
  /** The server's clock, in milliseconds. */
  readonly now: number
  readonly events: readonly Recorded[]
  readonly ends: readonly SessionEnd[]
  readonly process: ProcessState
}

/** Every later message of a stream. */
export type News = { readonly recorded: Recorded; readonly process: ProcessState }

/** The numbers of the gateway's process. They tell nothing about any person. */
export type ProcessState = {
  readonly breaker:
    | { readonly state: 'closed' }
    | { readonly state: 'open'; readonly at: number; readonly pause: number }
  /** Good access tokens: verified for that request, or cached by one before. */
  readonly tokens: { readonly verified: number; readonly cached: number }
  /** Requests that were renewed: by a call of their own, or by another's. */
  readonly renewals: { readonly called: number; readonly shared: number }
  readonly lastFailure: { readonly at: number; readonly reason: string } | null
}

export const NEW_PROCESS: ProcessState = {
  breaker: { state: 'closed' },
  tokens: { verified: 0, cached: 0 },
  renewals: { called: 0, shared: 0 },
  lastFailure: null,
}

/** The state after an event. */
export function processAfter(
  before: ProcessState,
  { at, event }: Pick<Recorded, 'at' | 'event'>,
): ProcessState {
  const { tokens, renewals } = before
  switch (event.type) {
    case 'session.active':
      return {
        ...before,
        tokens:
          event.verified === 'cached'
            ? { ...tokens, cached: tokens.cached + 1 }
            : { ...tokens, verified: tokens.verified + 1 },
      }
    case 'session.renewed':
      return {
        ...before,
        renewals: event.shared
          ? { ...renewals, shared: renewals.shared + 1 }
          : { ...renewals, called: renewals.called + 1 },
      }
    case 'backend.unavailable':
      return { ...before, lastFailure: { at, reason: event.reason } }
    case 'breaker.opened':
      return { ...before, breaker: { state: 'open', at, pause: event.pause } }
    case 'breaker.closed':
      return { ...before, breaker: { state: 'closed' } }
    default:
      return before
  }
}

/** The session that an event says it is about; null when it tells none. */
export function sidOf(event: GatewayEvent): string | null {
  return 'sid' in event ? event.sid : null
}

/** A browser with the cookies of a bound session, and not its key, has lost them; the session goes on where the key is. */
const OF_A_COPY = 'device_key_missing'

/** Whether the session itself has ended. */
export const isEnd = (event: GatewayEvent): event is Extract<GatewayEvent, { type: 'session.ended' }> =>
  event.type === 'session.ended' && event.reason !== OF_A_COPY

const OF_THE_PROCESS: readonly GatewayEvent['type'][] = [
  'backend.unavailable',
  'backend.failed',
  'backend.misfit',
  'breaker.opened',
  'breaker.closed',
  'clock.skewed',
  'device.misfit',
]

/** Whether everybody who may see the inspector sees it: it holds nobody's data. */
export const isOfTheProcess = ({ type }: GatewayEvent) => OF_THE_PROCESS.includes(type)

/** Where the stream is, unless the page is put elsewhere. */
export const STREAM_PATH = '/inspector/events'

/** The inspector's own stream, which would otherwise be most of what it shows; what it changed is shown. */
export const isOwnNoise = (event: GatewayEvent, streamPath: string) =>
  event.type === 'session.active' && event.path === streamPath

/** Good requests that nobody has made on purpose: what the router fetches ahead, and the page's icon. */
export const isByTheWay = (event: GatewayEvent) =>
  event.type === 'session.active' &&
  (event.kind === 'prefetch' || /\/(icon\.svg|favicon\.ico)$/.test(event.path))
