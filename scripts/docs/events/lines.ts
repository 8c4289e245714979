import { createAudit } from '../../../auth-server/observe/audit.ts'
import { createLogger } from '../../../auth-server/observe/logger.ts'
import { logEvent } from '../../../lib/next/log.ts'
import { authServerExamples, authServerSubject, gatewayExamples } from './examples.ts'

/** A line of a log, as the code that writes it does, and its level by name. */
export type LogLine = { readonly level: string; readonly text: string }

/** pino writes levels as numbers. */
const PINO_LEVELS: Readonly<Record<string, string>> = { 20: 'debug', 30: 'info', 40: 'warn', 50: 'error' }
/** Pages must not change with the time of day. */
const TIME = Date.parse('2026-11-24T03:00:00Z')

/** The log's line for each event of the gateway. */
export function gatewayLines(): ReadonlyMap<string, readonly LogLine[]> {
  const written: string[] = []
  const { debug, info, warn } = console
  const { LOG_LEVEL } = process.env
  const write = (text: string) => void written.push(text)
  Object.assign(console, { debug: write, info: write, warn: write })
  process.env.LOG_LEVEL = 'trace'
  try {
    return new Map(
      Object.entries(gatewayExamples).map(([name, events]) => {
        for (const event of events) logEvent(event)
        return [name, written.splice(0).map((text) => lineOf(text, new Date(TIME).toISOString()))]
      }),
    )
  } finally {
    Object.assign(console, { debug, info, warn })
    if (LOG_LEVEL === undefined) delete process.env.LOG_LEVEL
    else process.env.LOG_LEVEL = LOG_LEVEL
  }
}

/** The same for the auth server. */
export function authServerLines(): ReadonlyMap<string, readonly LogLine[]> {
  const written: string[] = []
  const audit = createAudit(createLogger('trace', { write: (text) => void written.push(text) }))
  return new Map(
    Object.entries(authServerExamples).map(([name, events]) => {
      for (const event of events) audit(event, authServerSubject(name))
      return [name, written.splice(0).map((text) => lineOf(text, TIME))]
    }),
  )
}

function lineOf(text: string, time: string | number): LogLine {
  const line = { ...JSON.parse(text), time }
  return { level: PINO_LEVELS[line.level] ?? line.level, text: JSON.stringify(line) }
}
