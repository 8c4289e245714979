import { createListeners } from '../listeners.ts'
import type { EndedAccess, EndedReading, EndedSession, EndedStore, RevocationReason } from '../store.ts'
import type { RedisConnection } from './connection.ts'
import { addEndings, endingsAfter, type RedisDatabase, run } from './scripts.ts'

/** The endings of a Redis store, and how they are written. */
export interface RedisEndings extends EndedStore {
  /** Writes that these sessions end, and tells those who watch. */
  add(sids: readonly string[], reason: RevocationReason): Promise<void>
  /** Writes that a user's access tokens from before now count no more, and tells those who watch. */
  addAccess(userId: string): Promise<void>
}

/** So long after the last ending the stream is gone, in milliseconds. Readers shorten it to what they ask for. */
const KEEP_MS = 25 * 3_600_000
/** About 100 MB; so many are kept where nobody reads them. */
const MOST = 1_000_000
/** In the place of a reason: the entry names a user whose access has ended, and no session. */
const ACCESS = 'access'
const CURSOR = /^(\w{0,64})\.(\d{1,16}-\d{1,16})$/

/**
 * Endings in Redis: a stream of its own, since a session and the stream may lie in different slots of a cluster. An ending is written
 * there first and to its session then, so that none is missing behind a session that has ended.
 *
 * The server that has the stream adds to it one after the other, each with a greater id. Another one that takes over may have lost the
 * last of them and gives their ids anew: a cursor names the history (`master_replid`) that its id belongs to.
 */
export function redisEndings(database: RedisDatabase, subscribe: RedisConnection['subscribe']): RedisEndings {
  const stream = `${database.prefix}:ended`
  let unsubscribe: (() => void) | undefined
  const listeners = createListeners(
    () => {
      unsubscribe = subscribe(stream, () => listeners.tell())
    },
    () => unsubscribe?.(),
  )

  return {
    async add(sids, reason) {
      await run(database, addEndings, stream, KEEP_MS, MOST, reason, ...sids)
    },
    async addAccess(userId) {
      await run(database, addEndings, stream, KEEP_MS, MOST, ACCESS, userId)
    },
    async since(cursor, within) {
      const [, epoch = '', id = ''] = CURSOR.exec(cursor ?? '') ?? []
      return toReading((await run(database, endingsAfter, stream, epoch, id, within)) as Reply, within)
    },
    watch: listeners.add,
  }
}

type Reply = [
  now: number,
  epoch: string,
  last: string,
  complete: 0 | 1,
  entries: [id: string, fields: string[]][],
]

function toReading([now, epoch, last, complete, found]: Reply, within: number): EndedReading {
  const entries = found
    .map(([, [, id = '', , at, , reason]]): EndedSession | EndedAccess =>
      reason === ACCESS
        ? { userId: id, endedAt: Number(at) }
        : { sid: id, endedAt: Number(at), reason: reason as RevocationReason },
    )
    .filter(({ endedAt }) => endedAt > now - within)
  return { cursor: `${epoch}.${last}`, entries, complete: complete === 1 }
}
