import { isLive, type Presentation, type Renewal, type UserStore } from '../store.ts'
import { type RedisDatabase, run } from './scripts.ts'
import {
  fromCopy,
  KEEP_MS,
  markOf,
  type SessionValues,
  toCopy,
  toSession,
  type UserCopy,
} from './session-record.ts'
import { renew } from './session-scripts.ts'
import { shortUserAgent } from './user-agent-text.ts'

/*
 * In a cluster a session and its user lie in different slots, and no script spans both. So each live session carries what a renewal hands
 * out of its user (`user`), and one script on one key is enough.
 *
 * A user who may not renew has no copies. A change of a user takes the copies away first. Copies are taken again only after
 * the change; see `user-copies.ts`. `mark` names the last change: a copy is kept only if its taker, before they read the user, saw
 * the mark that the session still has. A change that stops half way leaves sessions without copies, which are renewed in more steps. A copy
 * counts for a day at most: a node that takes over may have lost that it was taken away.
 */

/** Renewals in Redis. */
export function redisRenewal(database: RedisDatabase, findUser: UserStore['findById']) {
  const record = (sid: string) => `${database.prefix}:session:{${sid}}`

  /** @param read - the mark that was seen before the user was read, and the user */
  async function present(
    sid: string,
    { generation, idleTtl, address, userAgent }: Presentation,
    read: readonly [mark: string, ...user: UserCopy] | readonly [] = [],
  ): Promise<(Renewal & { mark: string }) | undefined> {
    const values = [generation, idleTtl, KEEP_MS, address, shortUserAgent(userAgent), ...read]
    const [now, moved, user, found] = (await run(database, renew, record(sid), ...values)) as Reply
    const session = toSession(sid, found)
    if (!session || !found) return undefined
    return { session, now, moved: moved === 1, user: fromCopy(session.userId, user), mark: markOf(found) }
  }

  return async (sid: string, presented: Presentation): Promise<Renewal | undefined> => {
    const first = await present(sid, presented)
    if (!first || first.user || !isLive(first.session, first.now)) return first
    const user = await findUser(first.session.userId)
    if (user?.disabledAt !== null) return first
    const copy = toCopy(user)
    const second = await present(sid, presented, [first.mark, ...copy])
    return second && { ...second, user: second.user ?? fromCopy(user.id, copy) }
  }
}

type Reply = [now: number, moved: 0 | 1, user: UserCopy | null, session: SessionValues | null]
