import type { GatewayEvent } from '../gateway/events.ts'
import { DEFAULTS } from './environment.ts'

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

const LEVEL_OF: Record<GatewayEvent['type'], 'info' | 'warn'> = {
  'access-token.invalid': 'warn',
  'session.ended': 'info',
  'backend.unavailable': 'warn',
  'breaker.opened': 'warn',
  'breaker.closed': 'info',
  'clock.skewed': 'warn',
  'user-data.left-out': 'warn',
  'origin.refused': 'warn',
}

const ADVICE: Partial<Record<GatewayEvent['type'], string>> = {
  'clock.skewed': 'set the clocks of the gateway and of the backend by NTP',
  'user-data.left-out':
    'let the backend answer with less userData; the cookies of a session may have 12288 bytes',
}

/** Writes an event as one line of JSON, if LOG_LEVEL lets it. */
export function logEvent(event: GatewayEvent): void {
  // One line told that the breaker opened; another for each visitor would bury it.
  const isSpared = event.type === 'backend.unavailable' && event.reason === 'breaker_open'
  const level = isSpared ? 'debug' : LEVEL_OF[event.type]
  const threshold = process.env.LOG_LEVEL || DEFAULTS.LOG_LEVEL
  if (LEVELS.indexOf(level) < LEVELS.indexOf(threshold)) return
  const advice = ADVICE[event.type]
  const line = { level, time: new Date().toISOString(), part: 'gateway', ...event, ...(advice && { advice }) }
  console[level](JSON.stringify(line))
}
