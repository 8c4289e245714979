import type { GatewayEvent } from '../gateway/events.ts'
import { DEFAULTS } from './environment.ts'

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

const LEVEL_OF: Record<GatewayEvent['type'], 'info' | 'warn'> = {
  'access-token.invalid': 'warn',
  'session.ended': 'info',
  'backend.unavailable': 'warn',
  'origin.refused': 'warn',
}

/** Writes an event as one line of JSON, if LOG_LEVEL lets it. */
export function logEvent(event: GatewayEvent): void {
  const level = LEVEL_OF[event.type]
  const threshold = process.env.LOG_LEVEL || DEFAULTS.LOG_LEVEL
  if (LEVELS.indexOf(level) < LEVELS.indexOf(threshold)) return
  console[level](JSON.stringify({ level, time: new Date().toISOString(), part: 'gateway', ...event }))
}
