import type { RequestHandler } from 'express'
import { authenticate } from '../http/bearer.ts'
import { json } from '../http/body.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { clearCookies } from '../http/http.ts'
import type { Services } from '../services.ts'
import { accountsOf } from '../users/accounts.ts'
import { dossierOf } from '../users/dossier.ts'
import { proveItIsThem } from './reauthentication.ts'

/**
 * `POST /me/export` hands out everything that is known of the caller; `DELETE /me` deletes them, with every session of theirs. Both soon
 * after a sign-in, or with the password. Users of somebody else's table are deleted there.
 */
export function ownDataRoutes(services: Services): Endpoint[] {
  const { accounts, audit, eventsOf, store } = services

  const exportMe: RequestHandler = async (req, res) => {
    const caller = await authenticate(services, req)
    await proveItIsThem(services, req, caller)
    const { user, origin } = caller
    const dossier = await dossierOf(user, store.sessions, await eventsOf?.(user.id))
    audit({ event: 'user-exported' }, { userId: user.id, ...origin })
    res.json(dossier)
  }
  const endpoints: Endpoint[] = [
    { name: 'exportMe', method: 'post', path: '/me/export', handlers: [json, exportMe] },
  ]
  if (!accounts) return endpoints

  const deleteMe: RequestHandler = async (req, res) => {
    const caller = await authenticate(services, req)
    await proveItIsThem(services, req, caller)
    const parts = { users: accounts, sessions: store.sessions }
    await accountsOf(parts, audit, {}, caller.origin).delete(caller.user)
    clearCookies(req, res)
    res.status(204).end()
  }
  return [...endpoints, { name: 'deleteMe', method: 'delete', path: '/me', handlers: [json, deleteMe] }]
}
