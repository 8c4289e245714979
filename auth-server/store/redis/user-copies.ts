import { randomBytes } from 'node:crypto'
import { inBatches } from './batches.ts'
import { listed, type RedisDatabase, run, type Script } from './scripts.ts'
import { admitUser, barUser } from './session-scripts.ts'

/** The copies of a user that their sessions carry: see `renewal.ts`. */
export interface UserCopies {
  /** Takes the copies away for good: for a user whose sessions end. */
  bar(userId: string): Promise<void>
  /** Makes a change of a user. No session renews by a copy from before once this has resolved, nor when it stops half way. */
  during<T>(userId: string, change: () => Promise<T>): Promise<T>
}

/** See {@link UserCopies}. */
export function userCopies(database: RedisDatabase): UserCopies {
  const { prefix } = database

  async function tellSessions(userId: string, script: Script, mark: string): Promise<void> {
    const lists = (await run(database, listed, `${prefix}:sessions-of:{${userId}}`, 0)) as string[][]
    await inBatches(lists.flat(), (sid) => run(database, script, `${prefix}:session:{${sid}}`, mark))
  }

  return {
    bar: (userId) => tellSessions(userId, barUser, newMark()),
    async during(userId, change) {
      const mark = newMark()
      await tellSessions(userId, barUser, mark)
      const result = await change()
      // Those too that have begun meanwhile, and read the user as they were.
      await tellSessions(userId, admitUser, mark)
      return result
    },
  }
}

const newMark = () => randomBytes(6).toString('base64url')
