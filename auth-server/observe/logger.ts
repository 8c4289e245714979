import { type DestinationStream, pino } from 'pino'

/** Where the auth server writes what it has to say. A pino logger is one. */
export interface Logger {
  debug(details: object, message: string): void
  info(details: object, message: string): void
  warn(details: object, message: string): void
  error(details: object, message: string): void
}

const secrets = [
  'password',
  'current',
  'next',
  'accessToken',
  'refreshToken',
  'cookie',
  'authorization',
  'set-cookie',
]

/**
 * JSON lines without tokens or passwords. Nothing in this server logs headers or bodies; the redaction is there for
 * the day when something does.
 *
 * @param destination - default standard output
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const paths = secrets.map((name) => `["${name}"]`)
  return pino(
    {
      level,
      base: { service: 'auth-server' },
      redact: { paths: [...paths, ...paths.map((path) => `*${path}`), ...paths.map((path) => `*.*${path}`)] },
      // pino's own copies every property of an error, and body-parser keeps the whole body in one.
      serializers: { err: describeError },
    },
    // Synchronous, so that the last lines before an exit are not lost.
    destination ?? pino.destination({ dest: 1, sync: true }),
  )
}

/** For a server inside another: what is wrong, and nothing on the other's standard output. */
export function createWarningLogger(): Logger {
  return createLogger('warn', pino.destination({ dest: 2, sync: true }))
}

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { type: typeof error }
  const { name, message, stack, cause } = error
  const code = 'code' in error ? error.code : undefined
  return { name, code, message, stack, ...(cause === undefined ? {} : { cause: describeError(cause) }) }
}
