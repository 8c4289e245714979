import type { RequestHandler } from 'express'
import { authenticate, type BearerParts } from '../http/bearer.ts'
import { json } from '../http/body.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { ApiError } from '../http/errors.ts'
import { isLive } from '../store/store.ts'
import { describeSessions, type SeenSettings } from './describe-sessions.ts'
import { type ProofParts, proveItIsThem } from './reauthentication.ts'

/** The parts that these routes work with. */
export type SessionsParts = BearerParts & ProofParts & { readonly settings: SeenSettings }

/** `GET /sessions` lists the caller's live sessions, `DELETE /sessions/:sid` ends one of them: another one only soon after a sign-in, or with the password. */
export function sessionRoutes(services: SessionsParts): Endpoint[] {
  const { audit, store } = services

  const list: RequestHandler = async (req, res) => {
    const caller = await authenticate(services, req)
    const live = await store.sessions.listLive(caller.user.id)
    const sessions = describeSessions(live, caller, services.settings)
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

function notFound(): ApiError {
  return new ApiError(404, 'not_found', 'You have no live session with this id.')
}
