import { cache } from 'react'
import type { SessionOutcome } from '../gateway/decision/policy.ts'
import { RETURN_TO_HEADER, SIGN_IN_HEADER } from '../gateway/response/outcome.ts'
import { safeReturnTo } from '../gateway/response/return-to.ts'
import { signInPathFor } from '../gateway/response/sign-in-path.ts'
import type { VerifiedSession } from '../gateway/session-reader.ts'
import { createSessionReader } from '../gateway/session-reader.ts'
import type { CurrentRequest } from './current-request.ts'
import { currentRequest, currentSettings } from './current-request.ts'
import { signalOf } from './session-signal.ts'
import type { User } from './user.ts'

/** A session as the app sees it. It holds no token; times are seconds since the epoch. */
export type Session = {
  readonly user: User
  readonly sid: string
  readonly roles: readonly string[]
  /** When the access token was issued, and when it ends. */
  readonly issuedAt: number
  readonly expiresAt: number
  /** When the session ends for good (its absolute limit); null when the backend does not tell. */
  readonly endsAt: number | null
  /** When the person has signed in last (`auth_time`); null when the backend does not tell. A renewal does not change it. */
  readonly authenticatedAt: number | null
  /** How sure that sign-in was (`acr`), in the backend's word; null when it does not tell. */
  readonly acr: string | null
  /** How the person has signed in (`amr`, RFC 8176): `pwd`, `otp`, `hwk`, …; empty when the backend does not tell. */
  readonly amr: readonly string[]
  /** `bound`: a key of the device is needed to renew the session (docs/device-binding.md). Default `unbound`. */
  readonly device: 'bound' | 'unbound'
  /**
   * Aborts when the session ends: at its absolute limit, and in Node also when the process learns that it has ended before. For what goes on
   * after a route handler has answered. Not enumerable, so that copies and JSON of a session are without it; `sessionSignal()` makes one
   * that aborts with the access token, too.
   */
  readonly signal: AbortSignal
}

let reader: ReturnType<typeof createSessionReader> | undefined

/** The session with its access token, for calls to the backend. Never hand it to the browser. */
export const verifiedSession = cache(async (): Promise<VerifiedSession | null> => {
  const request = await currentRequest()
  reader ??= createSessionReader(currentSettings())
  return reader(request.pairs, {
    secure: request.secure,
    degraded: request.headers.get('x-session') === 'degraded',
  })
})

/**
 * The session of the current request, verified again (the middleware is not the only guard) and once per request.
 * For server components, server actions and route handlers. With `cacheComponents` its component needs a `<Suspense>` above it:
 * who is signed in is no part of a prerendered shell, nor of a prefetch.
 *
 * @returns null when there is none, or it has run out.
 * @throws {GatewayError} `session_in_cache` inside `'use cache'` or `unstable_cache()`.
 * @example
 * const session = await getSession()
 * return session ? <p>Hello {session.user.id}</p> : <SignInLink />
 */
export async function getSession(): Promise<Session | null> {
  const verified = await verifiedSession()
  return verified && toSession(verified)
}

/** The part of a session that its browser may know. `now` is the server's clock, in seconds since the epoch. */
export type BrowserSession = Pick<Session, 'user' | 'expiresAt' | 'endsAt'> & { readonly now: number }

/**
 * The session for `<SessionProvider session={…}>`, and for the route that `evergate/client` asks.
 *
 * @returns null when nobody is signed in; undefined when that cannot be told, because the backend is unavailable:
 * `<SessionProvider>` then asks by itself.
 * @example
 * <SessionProvider session={await sessionForBrowser()}>{children}</SessionProvider>
 */
export async function sessionForBrowser(): Promise<BrowserSession | null | undefined> {
  const session = await getSession()
  const { headers, settings } = await currentRequest()
  // Let through with a session that is none here: keys or time fell between the two looks.
  if (!session) return PASSED.has(headers.get('x-session') ?? '') ? undefined : null
  const { user, expiresAt, endsAt } = session
  return { user, expiresAt, endsAt, now: settings.clock() / 1000 }
}

const PASSED = new Set(['active', 'renewed', 'degraded'])

/**
 * The path of the sign-in page for the current request, in the visitor's language where `signInPath` has `:locale` in it.
 * Without the `basePath`, which Next adds to links and to redirects of pages and actions.
 *
 * @example
 * await signOut()
 * redirect(`${await signInPath()}?signedOut=1`)
 */
export async function signInPath(): Promise<string> {
  return signInPathOf(await currentRequest())
}

/** The gateway's word where it has given one; else what the options that the app knows say. */
export function signInPathOf({ headers, settings }: CurrentRequest): string {
  const pathname = safeReturnTo(headers.get(RETURN_TO_HEADER))
  return headers.get(SIGN_IN_HEADER) ?? signInPathFor(settings, { pathname, search: '', headers })
}

export function toSession(verified: VerifiedSession): Session {
  const { subject, userData, sid, roles, issuedAt, expiresAt, endsAt, authenticatedAt, acr, amr, device } =
    verified
  const user = { ...userData, id: subject } as User
  const session = { user, sid, roles, issuedAt, expiresAt, endsAt, authenticatedAt, acr, amr, device }
  let signal: AbortSignal | undefined
  return Object.defineProperty(session, 'signal', {
    get() {
      signal ??= signalOf(verified)
      return signal
    },
  }) as Session
}

const REPORT = /session;desc="(active|renewed|anonymous|ended|degraded)";dur=([\d.]+)/

/** The gateway's outcome for the current request, and how many milliseconds it took. Null: it did not run. */
export async function gatewayReport(): Promise<{ outcome: SessionOutcome; milliseconds: number } | null> {
  const { headers } = await currentRequest()
  const [, outcome, milliseconds] = REPORT.exec(headers.get('server-timing') ?? '') ?? []
  return outcome ? { outcome: outcome as SessionOutcome, milliseconds: Number(milliseconds) } : null
}
