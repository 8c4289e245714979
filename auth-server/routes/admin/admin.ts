import { json } from '../../http/body.ts'
import type { Endpoint } from '../../http/endpoint.ts'
import type { UserStore } from '../../store/store.ts'
import { changeRoutes } from './change.ts'
import { type AdminHandler, type AdminParts, handlersFor } from './guard.ts'
import { lookRoutes } from './look.ts'
import { sessionRoutes } from './sessions.ts'

/** The parts that these routes work with. */
export interface AdminRouteParts extends AdminParts {
  /** The users, where they are the store's own. */
  readonly accounts?: UserStore
  readonly settings: AdminParts['settings'] & {
    /** Undefined: nobody is an administrator. */
    readonly adminRole: string | undefined
  }
}

/**
 * `/admin`: users and their sessions, for those with the role of `ADMIN_ROLE`. Not there without such a role, and where users are in a
 * table of somebody else's.
 */
export function adminRoutes(services: AdminRouteParts): Endpoint[] {
  const { accounts, settings } = services
  if (!accounts || settings.adminRole === undefined) return []
  const guarded = handlersFor(services, accounts, settings.adminRole)
  const endpoint = (method: Endpoint['method'], path: string, handler: AdminHandler): Endpoint => ({
    name: 'admin',
    method,
    path: `/admin/users${path}`,
    handlers: [json, guarded(handler)],
  })
  return [...lookRoutes(endpoint), ...changeRoutes(endpoint), ...sessionRoutes(endpoint)]
}
