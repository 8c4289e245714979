import type { Request } from 'express'
import { isLive, type RequestStore, type User } from '../store/store.ts'
import type { AccessTokens } from '../tokens/access-token.ts'
import type { Origin } from '../tokens/client.ts'
import { ApiError } from './errors.ts'
import { originOf } from './http.ts'

/** The parts that {@link authenticate} works with. */
export interface BearerParts {
  readonly accessTokens: Pick<AccessTokens, 'verify'>
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly store: Pick<RequestStore, 'sessions' | 'users'>
}

/** The caller. */
export interface Caller {
  readonly user: User
  readonly sid: string
  readonly origin: Origin
  /** Milliseconds since the sign-in that began the session, by the store's clock. */
  readonly signedInFor: number
  /** How they have signed in: names of RFC 8176 2. */
  readonly amr: readonly string[]
  /** The moment of this request, by the store's clock. */
  readonly now: number
}

/**
 * The caller named by `Authorization: Bearer` (RFC 6750). A token alone is not enough: its session must still be
 * live in the store and its user enabled, so that an ended session ends here at once.
 *
 * @throws ApiError 401 `unauthenticated` without a token, 401 `invalid_token` with a bad one
 */
export async function authenticate(services: BearerParts, req: Request): Promise<Caller> {
  const { accessTokens, clock, store } = services
  const [, token] = /^bearer +(\S+) *$/i.exec(req.headers.authorization ?? '') ?? []
  if (token === undefined)
    throw new ApiError(401, 'unauthenticated', 'An access token is needed.', {
      headers: { 'WWW-Authenticate': 'Bearer' },
    })
  const claims = await accessTokens.verify(token, clock())
  const reading = claims && (await store.sessions.find(claims.sid))
  if (!reading) throw invalidToken()
  const { session, now } = reading
  if (session.userId !== claims.sub || !isLive(session, now)) throw invalidToken()
  const user = await store.users.findById(session.userId)
  if (!user || user.disabledAt !== null) throw invalidToken()
  const signedInFor = now - session.createdAt
  return { user, sid: session.sid, origin: originOf(req), signedInFor, amr: session.amr.split(' '), now }
}

function invalidToken(): ApiError {
  return new ApiError(401, 'invalid_token', 'The access token is not valid, or its session has ended.', {
    headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
  })
}
