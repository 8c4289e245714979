import type { RequestHandler } from 'express'
import { authenticate, type BearerParts } from '../http/bearer.ts'
import { json } from '../http/body.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { clearCookies, originOf, presentedSession } from '../http/http.ts'
import type { RefreshTokens } from '../tokens/refresh-token.ts'
import { type ProofParts, proveItIsThem } from './reauthentication.ts'

/** The parts that these routes work with. */
export interface LogoutParts extends BearerParts, ProofParts {
  readonly refreshTokens: Pick<RefreshTokens, 'verify'>
}

/** `POST /logout` ends the session of the refresh cookie, `POST /logout-all` every session of the caller: soon after a sign-in, or with the password. */
export function logoutRoutes(services: LogoutParts): Endpoint[] {
  const { audit, refreshTokens, store } = services

  const logout: RequestHandler = async (req, res) => {
    // Any generation will do: who signs out with an old token means it all the same.
    const { sid } = presentedSession(req, refreshTokens) ?? {}
    const reading = sid === undefined ? undefined : await store.sessions.find(sid)
    if (reading && (await store.sessions.revoke(reading.session.sid, 'signed-out'))) {
      const { sid, userId } = reading.session
      audit({ event: 'signed-out', sid }, { userId, ...originOf(req) })
    }
    clearCookies(req, res)
    res.status(204).end()
  }

  const logoutAll: RequestHandler = async (req, res) => {
    const caller = await authenticate(services, req)
    await proveItIsThem(services, req, caller)
    const { user, origin } = caller
    const count = await store.sessions.revokeAll(user.id, 'signed-out')
    audit({ event: 'sessions-ended', reason: 'signed-out', count }, { userId: user.id, ...origin })
    clearCookies(req, res)
    res.status(204).end()
  }

  return [
    { name: 'logout', method: 'post', path: '/logout', handlers: [logout] },
    { name: 'logoutAll', method: 'post', path: '/logout-all', handlers: [json, logoutAll] },
  ]
}
