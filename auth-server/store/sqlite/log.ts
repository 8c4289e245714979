import { readSync, writeSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'

/** The file that commits are written to, and the disk below it. */
export interface Log {
  /** Resolves once all that was written before the call survives a loss of power. */
  sync(): Promise<void>
  /** Makes good what a failed sync may have lost. For a transaction that has written nothing yet. */
  mend(): void
  close(): Promise<void>
}

/** A log that no loss of power spares. Its syncs leave a turn to others, as those of a disk do. */
export const inMemory: Log = { sync: () => nextTurn(), mend() {}, close: async () => {} }

/**
 * The write-ahead log of an open database. SQLite locks the database and its `-shm` file, never this one, so that a
 * descriptor of our own may be closed again. SQLite keeps the file for as long as a connection is open.
 *
 * @param syncFile - in place of `fdatasync`, for tests
 */
export async function openLog(
  path: string,
  syncFile = (file: FileHandle): Promise<void> => file.datasync(),
): Promise<Log> {
  // To be written, though only SQLite does: Windows syncs no other. Kept open, since a descriptor that is opened after an
  // error may not be told of it.
  const file = await open(path, 'r+')
  let inDoubt = false
  return {
    async sync() {
      try {
        await syncFile(file)
        inDoubt = false
      } catch (error) {
        inDoubt = true
        throw error
      }
    },
    mend() {
      if (inDoubt) writeAgain(file.fd)
    },
    close: () => file.close(),
  }
}

const PIECE = 1 << 20

/**
 * After a failed sync Linux takes what it could not write for written: the next sync says yes, and the log on the disk may
 * have a hole, behind which SQLite reads nothing after a loss of power. The same bytes in the same places are unwritten once
 * more. Inside a transaction nobody else writes to the log.
 */
function writeAgain(fd: number): void {
  const piece = Buffer.alloc(PIECE)
  for (let at = 0; ; ) {
    const length = readSync(fd, piece, 0, PIECE, at)
    if (length === 0) return
    for (let done = 0; done < length; ) done += writeSync(fd, piece, done, length - done, at + done)
    at += length
  }
}
