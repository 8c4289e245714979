import type { RedisCommands } from './redis-connection.ts'
import { advance, createExpiring, listSession, revoke, run } from './redis-scripts.ts'
import { isLive, type RevocationReason, type Session, type SessionStore, StoreError } from './store.ts'

/*
 * A session is one hash; every step that must be atomic touches that key alone. The list of a user's sessions is
 * another key, in another slot of a cluster. It is written first, so that a session may be missing behind the list but
 * never the other way: "sign out everywhere" finds them all.
 *
 *   sessions-of:{user}  ->  sid by time of its beginning      then      session:{sid}  ->  generation, …
 */

const HOUR_MS = 3_600_000
/** After its end a session can still be told from one that never was, for a while, whatever the clocks say. */
const KEEP_MS = HOUR_MS
const BATCH = 500

/** The sessions of a Redis store. Times to live are given as durations: no clock has to agree with that of Redis. */
export function redisSessions(commands: () => RedisCommands, prefix: string): SessionStore {
  const record = (sid: string) => `${prefix}:session:{${sid}}`
  const list = (userId: string) => `${prefix}:sessions-of:{${userId}}`

  async function find(sid: string): Promise<Session | undefined> {
    return toSession(await commands().hGetAll(record(sid)))
  }

  async function end(sid: string, reason: RevocationReason, now: number): Promise<boolean> {
    return (await run(commands(), revoke, record(sid), now, reason)) === 1
  }

  return {
    find,
    revoke: end,
    async create(session) {
      const { sid, userId, createdAt, lastSeenAt, idleExpiresAt, absoluteExpiresAt } = session
      await run(
        commands(),
        listSession,
        list(userId),
        createdAt,
        sid,
        absoluteExpiresAt - lastSeenAt + KEEP_MS,
      )
      const life = Math.max(1, idleExpiresAt - lastSeenAt + KEEP_MS)
      if ((await run(commands(), createExpiring, record(sid), life, ...toFields(session))) === 0)
        throw new StoreError('The id of the new session is taken.')
    },
    async advance(sid, { from, to, now, idleExpiresAt, address, userAgent }) {
      const life = idleExpiresAt - now + KEEP_MS
      const values = [from, to, now, idleExpiresAt, address, userAgent, life]
      return (await run(commands(), advance, record(sid), ...values)) === 1
    },
    async revokeAll(userId, reason, now, except) {
      const listed = await commands().zRangeWithScores(list(userId), 0, -1)
      const sids = listed.map(({ value }) => value).filter((sid) => sid !== except)
      const ended = await inBatches(sids, (sid) => end(sid, reason, now))
      return ended.filter(Boolean).length
    },
    async listLive(userId, now) {
      const listed = await commands().zRangeWithScores(list(userId), 0, -1)
      const found = await inBatches(listed, ({ value }) => find(value))
      // Its hash has expired. A young one may be about to be written by the server that listed it.
      const gone = listed.filter(({ score }, i) => found[i] === undefined && now - score > HOUR_MS)
      if (gone.length > 0)
        await commands().zRem(
          list(userId),
          gone.map(({ value }) => value),
        )
      return found
        .filter((session) => session !== undefined)
        .filter((session) => isLive(session, now))
        .sort((a, b) => b.lastSeenAt - a.lastSeenAt || (a.sid < b.sid ? -1 : 1))
    },
    async purge() {
      // Dead sessions vanish by themselves.
      return 0
    },
  }
}

async function inBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (let start = 0; start < items.length; start += BATCH)
    results.push(...(await Promise.all(items.slice(start, start + BATCH).map(work))))
  return results
}

function toFields(session: Session): string[] {
  return Object.entries(session).flatMap(([name, value]) => (value === null ? [] : [name, String(value)]))
}

function toSession(fields: Record<string, string>): Session | undefined {
  const { sid, userId = '', address = '', userAgent = '', revokedAt, revokedReason } = fields
  if (sid === undefined) return undefined
  return {
    sid,
    userId,
    generation: Number(fields.generation),
    createdAt: Number(fields.createdAt),
    rotatedAt: Number(fields.rotatedAt),
    lastSeenAt: Number(fields.lastSeenAt),
    idleExpiresAt: Number(fields.idleExpiresAt),
    absoluteExpiresAt: Number(fields.absoluteExpiresAt),
    revokedAt: revokedAt === undefined ? null : Number(revokedAt),
    revokedReason: (revokedReason as RevocationReason | undefined) ?? null,
    address,
    userAgent,
  }
}
