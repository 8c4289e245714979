import type { GatewayEvent } from '../gateway/events/events.ts'

export const DEFAULT_LOG_LEVEL = 'info'
type Level = 'debug' | 'info' | 'warn'
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

/** Each request writes one of these; everything that is not named here warns. */
const LEVELS_OF_EVENTS: Partial<Record<GatewayEvent['type'], Level>> = {
  'session.active': 'debug',
  'session.renewed': 'debug',
  'session.anonymous': 'debug',
  'session.degraded': 'debug',
  'session.ended': 'info',
  'breaker.closed': 'info',
  'device.bound': 'info',
  'revocation.caught-up': 'info',
}

const ADVICE: Partial<Record<GatewayEvent['type'], string>> = {
  'cookies.foreign':
    'another app on this host has cookies of the same names: give each its own `cookieNames`',
  'renewal.undelivered':
    "something drops Set-Cookie on this path: let it through, or give it a rule with renew: 'never'",
  'clock.skewed': 'set both clocks by NTP',
  'user-data.left-out': 'send less userData: cookies have 12288 bytes',
}

/** How loud an event is in the log. */
function levelOf(event: GatewayEvent): Level {
  // One line told that the breaker opened; another for each visitor would bury it.
  const isSpared = 'reason' in event && event.reason === 'breaker_open'
  return isSpared ? 'debug' : (LEVELS_OF_EVENTS[event.type] ?? 'warn')
}

/** Writes an event as one line of JSON, if LOG_LEVEL lets it. */
export function logEvent(event: GatewayEvent): void {
  const level = levelOf(event)
  const threshold = process.env.LOG_LEVEL || DEFAULT_LOG_LEVEL
  if (LEVELS.indexOf(level) < LEVELS.indexOf(threshold)) return
  const advice = ADVICE[event.type]
  const line = { level, time: new Date().toISOString(), part: 'gateway', ...event, ...(advice && { advice }) }
  console[level](JSON.stringify(line))
}
