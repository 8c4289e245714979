import type { RequestHandler } from 'express'
import { authenticate, type BearerParts } from '../http/bearer.ts'
import { json } from '../http/body.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { clearCookies } from '../http/http.ts'
import type { RequestStore, UserStore } from '../store/store.ts'
import { accountsOf } from '../users/accounts.ts'
import { dossierOf } from '../users/dossier.ts'
import { type ProofParts, proveItIsThem } from './reauthentication.ts'

/** The parts that these routes work with. */
export interface OwnDataParts extends BearerParts, ProofParts {
  readonly store: Pick<RequestStore, 'sessions' | 'users' | 'factors'>
  /** The users, where they are the store's own. */
  readonly accounts?: UserStore
  /** Events of a user that somebody has kept. */
  readonly eventsOf?: (userId: string) => Promise<readonly object[]>
}

/**
 * `POST /me/export` hands out everything that is known of the caller; `DELETE /me` deletes them, with every session of theirs. Both soon
 * after a sign-in, or with the password. Users of somebody else's table are deleted there.
 */
export function ownDataRoutes(services: OwnDataParts): Endpoint[] {
  const { accounts, audit, eventsOf, store } = services

  const exportMe: RequestHandler = async (req, res) => {
    const caller = await authenticate(services, req)
    await proveItIsThem(services, req, caller)
    const { user, origin } = caller
    const dossier = await dossierOf(user, store, await eventsOf?.(user.id))
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
    const parts = { users: accounts, sessions: store.sessions, factors: store.factors }
    await accountsOf(parts, audit, {}, caller.origin).delete(caller.user)
    clearCookies(req, res)
    res.status(204).end()
  }
  return [...endpoints, { name: 'deleteMe', method: 'delete', path: '/me', handlers: [json, deleteMe] }]
}
