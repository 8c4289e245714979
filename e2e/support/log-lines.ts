/** A line of a log that is JSON. */
export type LogLine = Readonly<Record<string, unknown>>

/** The JSON lines of some logs; what a process says in plain words is left out. */
export function linesOf(...logs: readonly string[]): LogLine[] {
  return logs
    .flatMap((log) => log.split('\n'))
    .filter((text) => text.startsWith('{'))
    .map((text) => JSON.parse(text))
}

/** Names of levels on the side of the gateway, numbers of pino's on that of the auth server. */
const QUIET: readonly unknown[] = ['trace', 'debug', 10, 20]

/** The lines that a log holds by default, without LOG_LEVEL. */
export const loudIn = (lines: readonly LogLine[]) => lines.filter(({ level }) => !QUIET.includes(level))

/**
 * The lines that a session's id leads to: those that name it, and every line of the traces that
 * these belong to.
 */
export function follow(lines: readonly LogLine[], sid: string): LogLine[] {
  const naming = lines.filter((line) => Object.values(line).includes(sid))
  const traces = new Set(
    naming.map(({ traceId }) => traceId).filter((traceId) => typeof traceId === 'string'),
  )
  return lines.filter((line) => naming.includes(line) || traces.has(String(line.traceId)))
}
