import type { RequestHandler } from 'express'
import { authenticate } from '../http/bearer.ts'
import { json } from '../http/body.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { ApiError } from '../http/errors.ts'
import type { Services } from '../services.ts'
import { isLive, type Session } from '../store/store.ts'
import { proveItIsThem } from './reauthentication.ts'

/** `GET /sessions` lists the caller's live sessions, `DELETE /sessions/:sid` ends one of them: another one only soon after a sign-in, or with the password. */
export function sessionRoutes(services: Services): Endpoint[] {
  const { audit, store } = services

  const list: RequestHandler = async (req, res) => {
    const caller = await authenticate(services, req)
    const live = await store.sessions.listLive(caller.user.id)
    const accessTokenLife = services.settings.accessTokenTtl * 1000
    const seen = (session: Session) =>
      session.sid === caller.sid ? caller.now : seenAbout(session.lastSeenAt, accessTokenLife, caller.now)
    const sessions = live
      .map((session) => ({ session, seenAt: seen(session) }))
      .sort((a, b) => b.seenAt - a.seenAt || b.session.createdAt - a.session.createdAt)
      .map(({ session: { sid, createdAt, address, userAgent }, seenAt }) => ({
        sid,
        createdAt: new Date(createdAt).toISOString(),
        lastSeenAt: new Date(seenAt).toISOString(),
        address,
        userAgent,
        current: sid === caller.sid,
      }))
    res.json({ sessions })
  }

  const end: RequestHandler = async (req, res) => {
    const caller = await authenticate(services, req)
    const { user, origin } = caller
    const reading = await store.sessions.find(String(req.params.sid))
    if (reading?.session.userId !== user.id || !isLive(reading.session, reading.now)) throw notFound()
    const { sid } = reading.session
    if (sid !== caller.sid) await proveItIsThem(services, req, caller)
    if (!(await store.sessions.revoke(sid, 'ended-by-user'))) throw notFound()
    audit({ event: 'sessions-ended', reason: 'ended-by-user', count: 1, sid }, { userId: user.id, ...origin })
    res.status(204).end()
  }

  return [
    { name: 'sessions', method: 'get', path: '/sessions', handlers: [list] },
    { name: 'endSession', method: 'delete', path: '/sessions/:sid', handlers: [json, end] },
  ]
}

const COARSE_MS = 5 * 60_000

/**
 * When a session was seen last, as others may know it. The moment of its last renewal would tell a thief when to present the token
 * that it has just used up. Between two renewals the session may have been in use all the time, so it counts as seen until its
 * access token has ended; then the time stands still. Rounded down to five minutes, and so never in the future.
 */
function seenAbout(renewedAt: number, accessTokenLife: number, now: number): number {
  const seenAt = Math.min(now, renewedAt + accessTokenLife)
  return seenAt - (seenAt % COARSE_MS)
}

function notFound(): ApiError {
  return new ApiError(404, 'not_found', 'You have no live session with this id.')
}
