import type { Session, SessionReading } from '../store/store.ts'
import type { AccessTokens } from './access-token.ts'
import { thumbprintOf } from './device-proof.ts'
import type { RefreshTokens } from './refresh-token.ts'

/** The parts that {@link grantFor} works with. */
export interface GrantParts {
  readonly accessTokens: Pick<AccessTokens, 'issue'>
  readonly refreshTokens: Pick<RefreshTokens, 'derive'>
  /** Milliseconds since 1970, for `iat` and `exp` of access tokens. */
  readonly clock: () => number
}

/** The user as clients see them. */
export interface UserData {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly roles: readonly string[]
}

/** The tokens of a successful sign-in or refresh. Durations are in seconds. */
export interface Grant {
  readonly accessToken: string
  readonly expiresIn: number
  readonly refreshToken: string
  /** Remaining life of the refresh token: the nearer of the idle and the absolute limit. */
  readonly refreshExpiresIn: number
  readonly userData: UserData
}

/** The tokens of a session at its present generation. */
export async function grantFor(
  { accessTokens, refreshTokens, clock }: GrantParts,
  user: UserData,
  { session, now }: SessionReading,
): Promise<Grant> {
  const { sid, deviceKey, idleExpiresAt, absoluteExpiresAt } = session
  const here = clock()
  // Only durations leave the store's clock for this server's.
  const timeLeft = absoluteExpiresAt - now
  const { token, expiresIn } = await accessTokens.issue(
    user,
    {
      sid,
      timeLeft,
      authTime: authTime(session, here - now),
      amr: session.amr.split(' '),
      ...(deviceKey !== null && { deviceKey: await thumbprintOf(deviceKey) }),
    },
    here,
  )
  const end = Math.min(idleExpiresAt, absoluteExpiresAt)
  return {
    accessToken: token,
    expiresIn,
    refreshToken: refreshTokens.derive(sid, session.generation),
    // Rounded up: a cookie that outlives its session by less than a second harms nobody, one with 0 is deleted.
    refreshExpiresIn: Math.ceil((end - now) / 1000),
    userData: userData(user),
  }
}

/**
 * When the sign-in was that has begun the session, in seconds. The same in each of its tokens: milliseconds between two clocks that
 * agree are rounded away.
 *
 * @param ahead - milliseconds by which this server's clock is ahead of the store's
 */
function authTime({ createdAt }: Pick<Session, 'createdAt'>, ahead: number): number {
  return Math.floor(createdAt / 1000) + Math.round(ahead / 1000)
}

/** See {@link UserData}. */
export function userData({ id, email, name, roles }: UserData): UserData {
  return { id, email, name, roles }
}
