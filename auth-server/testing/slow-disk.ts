import type { FileHandle } from 'node:fs/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'

/** A sync that is under way. */
interface Sync {
  resolve(): void
  reject(error: Error): void
}

/** A disk that takes its time with each sync, for `openSqlite({ sync })`. */
export function slowDisk() {
  const underWay: Sync[] = []
  let held = true
  let count = 0
  return {
    async sync(log: FileHandle): Promise<void> {
      count++
      if (held) await new Promise<void>((resolve, reject) => underWay.push({ resolve, reject }))
      await log.datasync()
    },
    /** Waits until a sync is under way; `resolve` lets it go on, `reject` fails it. */
    async syncing(): Promise<Sync> {
      for (;;) {
        const first = underWay.shift()
        if (first) return first
        await nextTurn()
      }
    },
    /** How many syncs have begun. */
    count: () => count,
    /** From now on a sync takes as long as it takes. */
    letGo(): void {
      held = false
      for (const each of underWay.splice(0)) each.resolve()
    },
    hold(): void {
      held = true
    },
  }
}

/** As Node tells of a disk that did not take what was written. */
export function diskError(): Error {
  return Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO', syscall: 'fdatasync' })
}
