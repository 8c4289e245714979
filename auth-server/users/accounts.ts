import type { Audit, AuthEventSubject } from '../observe/audit.ts'
import type { FactorStore } from '../store/factors.ts'
import type { NewUser, RequestSessions, RevocationReason, User, UserStore } from '../store/store.ts'

/** The hand that does it: an administrator (the id of a user), an operator (an account of the machine), or nobody but the user. */
export type Doer = { readonly admin: string } | { readonly operator: string } | object

/** Acts on users, with an event for each. The caller knows who may do them. */
export interface Accounts {
  /** False when somebody has that e-mail address. */
  add(user: NewUser): Promise<boolean>
  setRoles(user: User, roles: readonly string[]): Promise<boolean>
  /** Answers how many sessions have ended; undefined when the user has gone meanwhile. */
  disable(user: User): Promise<number | undefined>
  enable(user: User): Promise<boolean>
  /** Answers how many sessions have ended. */
  delete(user: User): Promise<number>
  /** Answers how many sessions have ended. */
  endSessions(user: User, reason: RevocationReason): Promise<number>
  /** False when it has ended before, or is no session of this user. */
  endSession(user: User, sid: string, reason: RevocationReason): Promise<boolean>
  /**
   * For somebody who has lost what they prove themselves with: the password alone lets them in again. Every session ends, for one of them may
   * be that of the finder. Without factors nothing is done.
   */
  removeFactors(user: User): Promise<{ readonly removed: number; readonly ended: number }>
}

/** The parts of a store that {@link accountsOf} acts on. */
export interface AccountParts {
  readonly users: UserStore
  readonly sessions: RequestSessions
  readonly factors: Pick<FactorStore, 'list' | 'removeAll'>
}

/**
 * @param origin - where the request for it comes from, when there is one
 */
export function accountsOf(
  { users, sessions, factors }: AccountParts,
  audit: Audit,
  doer: Doer,
  origin: Pick<AuthEventSubject, 'address' | 'userAgent'> = {},
): Accounts {
  const about = ({ id }: Pick<User, 'id'>) => ({ userId: id, ...origin })
  function tellEnded(user: User, reason: RevocationReason, count: number, sid?: string): void {
    if (count > 0)
      audit({ event: 'sessions-ended', reason, count, ...(sid && { sid }), ...doer }, about(user))
  }

  async function endSessions(user: User, reason: RevocationReason): Promise<number> {
    const count = await sessions.revokeAll(user.id, reason)
    tellEnded(user, reason, count)
    return count
  }

  return {
    async add(user) {
      if ((await users.create(user)) !== 'created') return false
      audit({ event: 'user-added', roles: user.roles, ...doer }, about(user))
      return true
    },
    async setRoles(user, roles) {
      if (!(await users.setRoles(user.id, roles))) return false
      audit({ event: 'roles-changed', from: user.roles, to: roles, ...doer }, about(user))
      return true
    },
    async disable(user) {
      const count = await users.disable(user.id)
      if (count === undefined) return undefined
      audit({ event: 'user-disabled', ...doer }, about(user))
      tellEnded(user, 'user-disabled', count)
      return count
    },
    async enable(user) {
      if (!(await users.enable(user.id))) return false
      audit({ event: 'user-enabled', ...doer }, about(user))
      return true
    },
    async delete(user) {
      const count = (await users.delete(user.id)) ?? 0
      audit({ event: 'user-deleted', ...doer }, about(user))
      tellEnded(user, 'user-gone', count)
      return count
    },
    endSessions,
    async endSession(user, sid, reason) {
      const reading = await sessions.find(sid)
      if (reading?.session.userId !== user.id || !(await sessions.revoke(sid, reason))) return false
      tellEnded(user, reason, 1, sid)
      return true
    },
    async removeFactors(user) {
      const kinds = new Set((await factors.list(user.id)).map(({ kind }) => kind))
      const removed = await factors.removeAll(user.id)
      if (removed === 0) return { removed, ended: 0 }
      for (const factor of kinds) audit({ event: 'factor-removed', factor, ...doer }, about(user))
      return { removed, ended: await endSessions(user, 'ended-by-admin') }
    },
  }
}
