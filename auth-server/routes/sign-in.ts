import type { Request } from 'express'
import { ApiError } from '../http/errors.ts'
import { originOf, presentedDevice, presentedSession } from '../http/http.ts'
import type { RequestEvent } from '../observe/audit.ts'
import type { NewUser } from '../store/store.ts'
import type { Grant } from '../tokens/grant.ts'
import type { KnownDevices } from '../tokens/known-device.ts'
import type { RefreshTokens } from '../tokens/refresh-token.ts'
import { type SessionParts, startSession } from '../tokens/session.ts'

type SignedInBy = Extract<RequestEvent, { event: 'signed-in' }>['by']

/** The parts that {@link signIn} works with. */
export type SignInParts = SessionParts & { readonly refreshTokens: Pick<RefreshTokens, 'verify'> }

/** The parts that {@link knownFrom} works with. */
export interface KnownParts {
  readonly knownDevices: Pick<KnownDevices, 'remember'>
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

/**
 * Starts a session for a user who has just proved who they are. The session the browser brought along ends: a
 * planted one cannot live on under the new user (session fixation), and a forgotten one does not pile up.
 *
 * @param user - as they were when their password was checked
 * @returns undefined when they have been disabled or have changed the password meanwhile
 */
export async function signIn(
  services: SignInParts,
  req: Request,
  user: NewUser,
  by: SignedInBy,
  amr: readonly string[] = ['pwd'],
): Promise<Grant | undefined> {
  const { audit, refreshTokens } = services
  const origin = originOf(req)
  const before = presentedSession(req, refreshTokens)
  const started = await startSession(services, user, origin, before?.sid, amr)
  if (!started) return undefined
  const { sid, ...grant } = started
  audit({ event: 'signed-in', sid, by }, { userId: user.id, ...origin })
  return grant
}

/** The mark of the browser that has just signed in to this account. */
export function knownFrom({ clock, knownDevices }: KnownParts, req: Request, account: string): string {
  return knownDevices.remember(presentedDevice(req), account, clock())
}

/** The answer to a sign-in that fails, whatever the cause. */
export function invalidCredentials(): ApiError {
  return new ApiError(401, 'invalid_credentials', 'The e-mail address or the password is wrong.')
}
