import { cookies, headers } from 'next/headers'
import { connection } from 'next/server'
import type { CookiePair } from '../gateway/cookies/header.ts'
import { encodeValue } from '../gateway/cookies/header.ts'
import type { CookieChange } from '../gateway/cookies/session-cookies.ts'
import { withoutExcess } from '../gateway/cookies/session-cookies.ts'
import { GatewayError } from '../gateway/errors.ts'
import type { GatewaySettings } from '../gateway/options.ts'
import { resolveOptions } from '../gateway/options.ts'
import { isSecureRequest } from '../gateway/request/facts.ts'
import { backendOption } from './backend-option.ts'
import { optionsFromEnvironment } from './environment.ts'
import { revocationOption } from './honour-ended.ts'
import { logEvent } from './log.ts'
import { guardServer } from './server/guard.ts'

/** The request that a server component, action or route handler runs for. */
export type CurrentRequest = {
  readonly settings: GatewaySettings
  readonly headers: Headers
  readonly secure: boolean
  readonly pairs: readonly CookiePair[]
}

// Where no configuration is read at start, as in a standalone build, Next loads the app's pages then.
guardServer()

let resolved: GatewaySettings | undefined

/** The gateway's settings, as the app's side of it sees them. */
export function currentSettings(): GatewaySettings {
  resolved ??= resolveOptions({
    onEvent: logEvent,
    ...optionsFromEnvironment(process.env),
    ...backendOption(),
    ...revocationOption(),
  })
  return resolved
}

/**
 * Nothing after it belongs to a prerendered shell, a prefetch or a cache: not the request, and not the time.
 *
 * @throws {GatewayError} `session_in_cache`
 */
async function requestTime(): Promise<void> {
  try {
    await connection()
  } catch (error) {
    const { message } = error as Error
    // Next tells these apart by words alone. Its other interruptions must reach it as they are.
    if (/use cache|unstable_cache/.test(message)) throw insideCache(error)
    // `headers()` says so itself, unless a test has put something in its place.
    if (!message.includes('outside a request scope')) throw error
  }
}

function insideCache(cause: unknown): GatewayError {
  return new GatewayError(
    'session_in_cache',
    'The session was asked for inside a cached function, which answers everybody alike. Call getSession() or requireSession() outside of it, and hand in what it needs of the session as an argument.',
    { cause },
  )
}

export async function currentRequest(): Promise<CurrentRequest> {
  await requestTime()
  const [requestHeaders, store] = await Promise.all([headers(), cookies()])
  const settings = currentSettings()
  return {
    settings,
    headers: requestHeaders,
    secure: isSecureRequest(requestHeaders, 'http:', settings),
    // Next has decoded the values once.
    pairs: store.getAll().map(({ name, value }) => ({ name, value: encodeValue(value) })),
  }
}

/** Sets and clears cookies from an action or a route handler, with the attributes that the gateway gives them. */
export async function writeCookies(changes: readonly CookieChange[], request: CurrentRequest): Promise<void> {
  const store = await cookies()
  const { sameSite, domain } = request.settings
  for (const { name, value, maxAge } of withoutExcess(changes)) {
    store.set(name, value, {
      path: '/',
      maxAge,
      httpOnly: true,
      secure: request.secure,
      sameSite,
      ...(domain !== undefined && { domain }),
    })
  }
}
