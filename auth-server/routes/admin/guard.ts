import type { Request, RequestHandler, Response } from 'express'
import { authenticate, type BearerParts, type Caller } from '../../http/bearer.ts'
import type { Endpoint } from '../../http/endpoint.ts'
import { ApiError } from '../../http/errors.ts'
import type { ServiceNames } from '../../passwords/guessable.ts'
import type { Passwords } from '../../passwords/passwords.ts'
import type { SecondFactor } from '../../sign-in/second-factor.ts'
import type { Random } from '../../store/new-id.ts'
import type { RequestStore, User, UserStore } from '../../store/store.ts'
import { type Accounts, accountsOf } from '../../users/accounts.ts'
import type { SeenSettings } from '../describe-sessions.ts'
import type { NoticedParts } from '../factors/factors.ts'
import { proveBothFactors } from '../factors/step-up.ts'
import { type ProofParts, proveItIsThem } from '../reauthentication.ts'

/** The parts that administrators' routes work with. */
export type AdminParts = BearerParts &
  ProofParts &
  NoticedParts & {
    readonly passwords: Pick<Passwords, 'hash'>
    /** Undefined: a password is enough. */
    readonly secondFactor: SecondFactor | undefined
    readonly random: Random
    readonly store: Pick<RequestStore, 'factors'>
    readonly settings: SeenSettings & ServiceNames
    /** Events of a user that somebody has kept. */
    readonly eventsOf?: (userId: string) => Promise<readonly object[]>
  }

/** A request of somebody who is known to be an administrator. */
interface AdminCall {
  readonly req: Request
  readonly res: Response
  readonly caller: Caller
  readonly services: AdminParts
  readonly users: UserStore
  readonly accounts: Accounts
  /** The subject of this call's events. */
  readonly about: (user?: User) => { readonly userId?: string; readonly address: string }
  /** The user that the path names. @throws ApiError 404 */
  user(): Promise<User>
  /** The same, unless it is the administrator. @throws ApiError 404, 409 `own_account` */
  somebodyElse(): Promise<User>
  /** For what a stolen access token must not do alone. @throws ApiError 401 */
  prove(): Promise<void>
  /** The same, and with the administrator's own second factor where they have one. @throws ApiError 401 */
  proveBoth(): Promise<void>
}

export type AdminHandler = (call: AdminCall) => Promise<void>
/** Makes an endpoint below `/admin/users`. */
export type MakeEndpoint = (method: Endpoint['method'], path: string, handler: AdminHandler) => Endpoint

/** There is no such user, or there is none any more. */
export const notFound = () => new ApiError(404, 'not_found', 'There is no user with this id.')

const ID = /^[\w.:@-]{1,128}$/

/**
 * The role is the one that the store has at this moment, not the token's: who is an administrator no more, is none here at once.
 */
export function handlersFor(
  services: AdminParts,
  users: UserStore,
  role: string,
): (handler: AdminHandler) => RequestHandler {
  async function find(req: Request): Promise<User> {
    const id = String(req.params.id)
    const user = ID.test(id) ? await users.findById(id) : undefined
    if (!user) throw notFound()
    return user
  }

  return (handler) => async (req, res) => {
    const caller = await authenticate(services, req)
    if (!caller.user.roles.includes(role))
      throw new ApiError(403, 'forbidden', `This is for users with the role ${role}.`)
    const { audit, store } = services
    const doer = { admin: caller.user.id }
    await handler({
      req,
      res,
      caller,
      services,
      users,
      accounts: accountsOf(
        { users, sessions: store.sessions, factors: store.factors },
        audit,
        doer,
        caller.origin,
      ),
      about: (user) => ({ ...(user && { userId: user.id }), ...caller.origin }),
      user: () => find(req),
      async somebodyElse() {
        const user = await find(req)
        if (user.id !== caller.user.id) return user
        throw new ApiError(409, 'own_account', 'An administrator cannot do this to their own account here.')
      },
      prove: () => proveItIsThem(services, req, caller),
      proveBoth: () =>
        services.secondFactor
          ? proveBothFactors(services, services.secondFactor, req, caller)
          : proveItIsThem(services, req, caller),
    })
  }
}
