import { randomBytes } from 'node:crypto'
import type { Request, Router } from 'express'
import type { AuthRouterOptions } from '../config/options.ts'
import { readOptions } from '../config/read-options.ts'
import { authenticate } from '../http/bearer.ts'
import { ApiError } from '../http/errors.ts'
import { createMailer } from '../mail/mailer.ts'
import { createWarningLogger } from '../observe/logger.ts'
import { findTracing, watchWhenFound } from '../observe/tracing/find-tracing.ts'
import { withTraceIds } from '../observe/tracing/request-trace.ts'
import { createServices } from '../services.ts'
import type { RevocationReason } from '../store/store.ts'
import { type UserData, userData } from '../tokens/grant.ts'
import { addressesOf, createUserOf, requestUsers, storeForUsers } from '../users/app-users.ts'
import { createUserIn } from '../users/create-user.ts'
import { endpointsOf, routerOf } from './router.ts'

/** Why an app ends sessions of a user. */
export type EndReason = Extract<
  RevocationReason,
  'ended-by-user' | 'password-changed' | 'user-disabled' | 'user-gone'
>

/** The sender of a request. */
export interface AuthCaller {
  readonly user: UserData
  /** Names their session. */
  readonly sid: string
}

/** The auth server as a part of an Express app. */
export interface AuthRouter extends Router {
  /**
   * Ends every session of a user: their next renewal is refused, access tokens that are out live to their end. Write to your table
   * first (disabled, deleted, another password), then call this: a sign-in under way at that moment then leaves no session either.
   * `user-gone` also removes their second factors, and `password-changed` the trust in their devices.
   *
   * @returns how many ended
   * @throws StoreError when the store cannot be reached; call it again then
   */
  endSessionsOf(userId: string, reason: EndReason): Promise<number>
  /**
   * Tells gateways that read what has ended that this user's access tokens count no more: their sessions go on, and are renewed with the
   * roles that your table has by now. Without it other roles take effect at the next renewal. Write to your table first.
   *
   * @throws StoreError when the store cannot be reached; call it again then
   */
  endAccessOf(userId: string): Promise<void>
  /**
   * The person that the access token in `Authorization: Bearer` names, for routes of yours. The store and your table are asked each time, so
   * a session that has ended counts no more.
   *
   * @returns undefined without a token, or with one that is not good
   * @throws StoreError when the store or your table cannot be reached: answer 503, not 401
   */
  callerOf(req: Request): Promise<AuthCaller | undefined>
}

/**
 * The auth server as a part of an Express 5 app. Mount it where you like; cookies have `Path=/` in any case.
 *
 * It answers its own routes and touches nothing else: no settings, no body parser, no header and no error handler for
 * routes of yours. `req.ip` and `req.secure` are what your app's `trust proxy` makes of them. Bodies may have been parsed before.
 *
 * @example
 * const store = await openStore('postgres://…')
 * const auth = createAuthRouter({ store, users, keys, onEvent: (event) => console.log(event) })
 * app.use('/auth', auth)
 *
 * @throws OptionsError `invalid_keys` or `invalid_options`, with one line for each option that cannot be used
 */
export function createAuthRouter(options: AuthRouterOptions): AuthRouter {
  const settings = readOptions(options)
  const { store, users, routes = {}, onEvent } = options
  const logger = withTraceIds(options.logger ?? createWarningLogger())
  const tracing = findTracing()
  const services = createServices({
    store: users ? storeForUsers(store, requestUsers(users)) : store,
    settings,
    clock: Date.now,
    random: randomBytes,
    logger,
    tracing,
    ...(!users && { accounts: store.users }),
    addresses: users ? addressesOf(users) : store.users,
    ...(options.mail && { mailer: createMailer(options.mail, logger) }),
    ...(onEvent && { onEvent }),
    ...(options.eventsOf && { eventsOf: options.eventsOf }),
  })
  const endpoints = endpointsOf(services, users ? createUserOf(users) : createUserIn(store, randomBytes))
  const router = routerOf(
    endpoints.filter(({ name }) => routes[name] !== false),
    logger,
    [watchWhenFound(tracing)],
  )
  return Object.assign(router, {
    async endSessionsOf(userId: string, reason: EndReason) {
      // The store has these besides sessions. The user is in your table.
      if (reason === 'user-gone') await store.factors.removeAll(userId)
      if (reason === 'password-changed') await store.factors.removeAll(userId, 'trusted-device')
      const count = await store.sessions.revokeAll(userId, reason)
      if (count > 0) services.audit({ event: 'sessions-ended', reason, count }, { userId })
      return count
    },
    endAccessOf: (userId: string) => store.sessions.endAccess(userId),
    async callerOf(req: Request) {
      try {
        const { user, sid } = await authenticate(services, req)
        return { user: userData(user), sid }
      } catch (error) {
        if (error instanceof ApiError) return undefined
        throw error
      }
    },
  })
}
