import {
  isLive,
  type RevocationReason,
  type SessionReading,
  type SessionStore,
  StoreError,
  type UserStore,
} from '../store.ts'
import { chunks, inBatches } from './batches.ts'
import type { RedisEndings } from './endings.ts'
import { redisRenewal } from './renewal.ts'
import { listed, listSession, type RedisDatabase, run } from './scripts.ts'
import { KEEP_MS, type SessionValues, toCopy, toSession } from './session-record.ts'
import { advance, bind, createSession, find, forgetOrigin, keepUser, revoke } from './session-scripts.ts'
import { shortUserAgent } from './user-agent-text.ts'

/*
 * A session is one string (`packed.ts`); every step that must be atomic touches that key alone. The list of a user's sessions is
 * another key, in another slot of a cluster. It is written first, so that a session may be missing behind the list but
 * never the other way: "sign out everywhere" finds them all.
 *
 *   sessions-of:{user}  ->  sid by time of its beginning      then      session:{sid}  ->  generation, …
 */

const HOUR_MS = 3_600_000

type Found = SessionValues | null

/** The sessions of a Redis store. A session's times are those of the server that has its key. */
export function redisSessions(
  database: RedisDatabase,
  findUser: UserStore['findById'],
  endings: Pick<RedisEndings, 'add' | 'addAccess'>,
): SessionStore {
  const { commands, prefix } = database
  const record = (sid: string) => `${prefix}:session:{${sid}}`
  const list = (userId: string) => `${prefix}:sessions-of:{${userId}}`

  async function read(sid: string): Promise<SessionReading | undefined> {
    const [now, values] = (await run(database, find, record(sid))) as [number, Found]
    const session = toSession(sid, values)
    return session && { session, now }
  }

  /** Answers how many of these have ended by it. */
  async function end(sids: readonly string[], reason: RevocationReason): Promise<number> {
    const readings = await inBatches(sids, read)
    const unended = sids.filter((_, i) => readings[i]?.session.revokedAt === null)
    if (unended.length === 0) return 0
    // First: whoever is stopped in between has an ending that was asked for, and not an end that nobody hears of.
    await inBatches(chunks(unended), (some) => endings.add(some, reason))
    const ended = await inBatches(unended, (sid) => run(database, revoke, record(sid), reason))
    return ended.filter((answer) => answer === 1).length
  }

  /** The ids of the user's sessions, and apart from them those too old for a session that is just being made. */
  async function idsOf(userId: string): Promise<{ all: string[]; old: string[] }> {
    const [young, old] = (await run(database, listed, list(userId), HOUR_MS)) as [string[], string[]]
    return { all: [...young, ...old], old }
  }

  return {
    find: read,
    revoke: async (sid, reason) => (await end([sid], reason)) === 1,
    async create({ sid, userId, passwordHash, idleTtl, maxAge, address, userAgent, amr }) {
      await run(database, listSession, list(userId), sid, maxAge + KEEP_MS)
      const values = [idleTtl, maxAge, KEEP_MS, userId, address, shortUserAgent(userAgent), amr]
      const begun = toSession(sid, (await run(database, createSession, record(sid), ...values)) as Found)
      if (begun === undefined) throw new StoreError('The id of the new session is taken.')
      if (passwordHash === null) return begun
      // Only now, when whoever ends all the user's sessions would find it: they have come before, and are seen here, or
      // will find it. Its token is not known to anybody yet.
      const user = await findUser(userId)
      if (user?.passwordHash === passwordHash && user.disabledAt === null) {
        await run(database, keepUser, record(sid), ...toCopy(user))
        return begun
      }
      await commands().del(record(sid))
      await commands().zRem(list(userId), [sid])
      return undefined
    },
    renew: redisRenewal(database, findUser),
    async advance(sid, { from, to, idleTtl, address, userAgent }) {
      const values = [from, to, idleTtl, KEEP_MS, address, shortUserAgent(userAgent)]
      return toSession(sid, (await run(database, advance, record(sid), ...values)) as Found)
    },
    async bind(sid, { generation, from, to }) {
      return toSession(sid, (await run(database, bind, record(sid), generation, from ?? '', to)) as Found)
    },
    async revokeAll(userId, reason, except) {
      const { all } = await idsOf(userId)
      return await end(
        all.filter((sid) => sid !== except),
        reason,
      )
    },
    endAccess: endings.addAccess,
    async forgetOrigins(userId) {
      const { all } = await idsOf(userId)
      await inBatches(all, (sid) => run(database, forgetOrigin, record(sid)))
    },
    async listLive(userId) {
      const { all, old } = await idsOf(userId)
      const found = await inBatches(all, read)
      const missing = new Set(all.filter((_, i) => found[i] === undefined))
      // The session has expired. One that is missing behind a young entry may be about to be written.
      const gone = old.filter((sid) => missing.has(sid))
      if (gone.length > 0) await commands().zRem(list(userId), gone)
      return found
        .filter((reading) => reading !== undefined)
        .filter(({ session, now }) => isLive(session, now))
        .map(({ session }) => session)
        .sort((a, b) => b.lastSeenAt - a.lastSeenAt || (a.sid < b.sid ? -1 : 1))
    },
    async listAll(userId) {
      const found = await inBatches((await idsOf(userId)).all, read)
      return found
        .flatMap((reading) => (reading ? [reading.session] : []))
        .sort((a, b) => b.createdAt - a.createdAt || (a.sid < b.sid ? -1 : 1))
    },
    async purge() {
      // Dead sessions vanish by themselves.
      return 0
    },
  }
}
