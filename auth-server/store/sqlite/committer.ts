import type { DatabaseSync } from 'node:sqlite'
import type { Log } from './log.ts'

/** Runs a write with others in one transaction, and answers once the disk has it. */
export type Commit = <T>(run: () => T) => Promise<T>

interface Write {
  /** Runs it inside the transaction; answers what to do once that lasts. */
  readonly attempt: () => () => void
  readonly reject: (error: unknown) => void
}

/**
 * Commits together what comes before the event loop turns, or while the disk still syncs the commit before. The sync is
 * waited for beside this thread, and it begins after the commit that it answers for.
 *
 * A failed sync fails every write of its commit, though others see them: as with an answer that was lost, one asks again.
 */
export function createCommitter(database: DatabaseSync, log: Log): Commit {
  const begin = database.prepare('begin immediate')
  const end = database.prepare('commit')
  let waiting: Write[] = []
  let busy = false

  function commit(writes: readonly Write[]): (() => void)[] {
    try {
      begin.run()
      log.mend()
      const answers = writes.map(({ attempt }) => attempt())
      end.run()
      return answers
    } catch (error) {
      rollBack(database)
      throw error
    }
  }

  async function commitAll(): Promise<void> {
    const writes = waiting
    waiting = []
    try {
      const answers = commit(writes)
      await log.sync()
      for (const answer of answers) answer()
    } catch (error) {
      for (const { reject } of writes) reject(error)
    }
    busy = waiting.length > 0
    // At once: a slow disk is what writes wait for, so it gets its next work first.
    if (busy) void commitAll()
  }

  return (run) =>
    new Promise((resolve, reject) => {
      const attempt = () => {
        try {
          const result = run()
          return () => resolve(result)
        } catch (error) {
          // A full disk rolls everything back; what is wrong with one write alone leaves the others as they are.
          if (!database.isTransaction) throw error
          return () => reject(error)
        }
      }
      waiting.push({ attempt, reject })
      if (busy) return
      busy = true
      setImmediate(commitAll)
    })
}

/** A rollback that fails now is tried again when the next writes find that they cannot begin. */
function rollBack(database: DatabaseSync): void {
  try {
    if (database.isTransaction) database.exec('rollback')
  } catch {}
}
