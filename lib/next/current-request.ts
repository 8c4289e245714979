import { cookies, headers } from 'next/headers'
import type { CookiePair } from '../gateway/cookies/header.ts'
import { encodeValue } from '../gateway/cookies/header.ts'
import type { CookieChange } from '../gateway/cookies/session-cookies.ts'
import type { GatewaySettings } from '../gateway/options.ts'
import { resolveOptions } from '../gateway/options.ts'
import { isSecureRequest } from '../gateway/request/facts.ts'
import { optionsFromEnvironment } from './environment.ts'
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
  resolved ??= resolveOptions({ onEvent: logEvent, ...optionsFromEnvironment(process.env) })
  return resolved
}

export async function currentRequest(): Promise<CurrentRequest> {
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
  for (const { name, value, maxAge } of changes) {
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
