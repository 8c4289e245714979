import type { SessionOutcome } from '../gateway/decision/policy.ts'
import type { GivenTokens, SignInError } from '../gateway/renewal/backend.ts'
import type { VerifiedSession } from '../gateway/session-reader.ts'
import type { User } from '../next/user.ts'

/** A session as the app sees it. Times are seconds since the epoch. */
export type WebSession = {
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
  /** How the person has signed in (`amr`, RFC 8176); empty when the backend does not tell. */
  readonly amr: readonly string[]
  /** `bound`: a key of the device is needed to renew the session. */
  readonly device: 'bound' | 'unbound'
  /** For calls to your API. Not enumerable: copies and JSON of a session, which a page may be sent, are without it. */
  readonly accessToken: string
}

/** The answer of `signIn()` and its like: the session that has begun, or why there is none. */
export type WebSignIn =
  | { readonly ok: true; readonly session: WebSession }
  | { readonly ok: false; readonly error: SignInError }

/** The data that a person signs in or registers with: the members that the backend asks for. */
export type Credentials = Readonly<Record<string, unknown>>

/** A request that may pass, and what its handler may do with the session. */
export type Visit = {
  /** The request as the app is to see it: with {@link Visit.headers}. It takes the body over from the one that came in. */
  readonly request: Request
  /** The request's headers with the renewed cookies, and without those that only the gateway may set. */
  readonly headers: Headers
  /** The value of the `x-session` header. */
  readonly outcome: SessionOutcome
  /** The session of this very request, a renewed one included; after `signIn()` and `signOut()` what they have made of it. */
  readonly session: WebSession | null
  /** Signs in at the backend. The cookies leave with this request's response. Refusals are values, not exceptions. */
  signIn(credentials: Credentials): Promise<WebSignIn>
  /** Makes an account at the backend, and signs in to it. */
  register(account: Credentials): Promise<WebSignIn>
  /** Begins a session with tokens that the backend has handed out in another way. */
  startSession(tokens: GivenTokens): Promise<WebSignIn>
  /** Revokes the session at the backend, and ends it in this browser. Never throws. */
  signOut(): Promise<void>
}

export function toWebSession(verified: VerifiedSession): WebSession {
  const { subject, userData, accessToken, sid, roles, issuedAt, expiresAt, endsAt } = verified
  const { authenticatedAt, acr, amr, device } = verified
  const user = { ...userData, id: subject } as User
  const session = { user, sid, roles, issuedAt, expiresAt, endsAt, authenticatedAt, acr, amr, device }
  return Object.defineProperty(session, 'accessToken', { value: accessToken }) as WebSession
}
