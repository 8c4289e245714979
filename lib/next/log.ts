import type { GatewayEvent } from '../gateway/events.ts'

export const DEFAULT_LOG_LEVEL = 'info'
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

/** How loud each event is in the log. */
const EVENT_LEVELS: Readonly<Record<GatewayEvent['type'], 'debug' | 'info' | 'warn'>> = {
  'session.active': 'debug',
  'session.renewed': 'debug',
  'session.anonymous': 'debug',
  'session.ended': 'info',
  // `backend.unavailable` tells of it.
  'session.degraded': 'debug',
  'access-token.invalid': 'warn',
  'origin.refused': 'warn',
  'backend.unavailable': 'warn',
  'breaker.opened': 'warn',
  'breaker.closed': 'info',
  'clock.skewed': 'warn',
  'user-data.left-out': 'warn',
}

const ADVICE: Partial<Record<GatewayEvent['type'], string>> = {
  'clock.skewed': 'set the clocks of gateway and backend by NTP',
  'user-data.left-out': 'send less userData: a session has 12288 bytes of cookies',
}

/** Writes an event as one line of JSON, if LOG_LEVEL lets it. */
export function logEvent(event: GatewayEvent): void {
  // One line told that the breaker opened; another for each visitor would bury it.
  const isSpared = event.type === 'backend.unavailable' && event.reason === 'breaker_open'
  const level = isSpared ? 'debug' : EVENT_LEVELS[event.type]
  const threshold = process.env.LOG_LEVEL || DEFAULT_LOG_LEVEL
  if (LEVELS.indexOf(level) < LEVELS.indexOf(threshold)) return
  const advice = ADVICE[event.type]
  const line = { level, time: new Date().toISOString(), part: 'gateway', ...event, ...(advice && { advice }) }
  console[level](JSON.stringify(line))
}
