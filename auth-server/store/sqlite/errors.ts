import { StoreError } from '../store.ts'

const NOT_A_DATABASE = 'is not an SQLite database; it was left as it is'

// Primary result codes, https://www.sqlite.org/rescode.html
const byResultCode: Record<number, string> = {
  5: 'is locked by another program',
  6: 'is locked by another program',
  8: 'cannot be written',
  10: 'cannot be read or written (disk error, or no room left)',
  11: 'is damaged',
  13: 'cannot grow: the disk is full',
  14: 'cannot be opened',
  26: NOT_A_DATABASE,
}

const byFileError: Record<string, string> = {
  EACCES: 'cannot be opened: permission denied',
  EPERM: 'cannot be opened: permission denied',
  EROFS: 'cannot be written: the file system is read-only',
  EISDIR: 'is a directory',
  ENOTDIR: 'cannot be made: a part of its path is not a directory',
  ENOENT: 'cannot be made: its directory cannot be made',
  EEXIST: 'cannot be made: its directory is a file',
  EIO: 'cannot be read or written (disk error)',
  ENOSPC: 'cannot be written: the disk is full',
  EDQUOT: 'cannot be written: the disk quota is used up',
}

const BUSY = 5

/** Whether SQLite refused only because another connection holds the lock. */
export function isBusy(error: unknown): boolean {
  return resultCode(error) === BUSY
}

/** The file holds something else. */
export function notADatabase(path: string): StoreError {
  return new StoreError(`The store sqlite:${path} ${NOT_A_DATABASE}.`)
}

/** One sentence for whatever SQLite or the file system answered; the original stays in `cause`. */
export function sqliteFailure(path: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error
  const code = resultCode(error)
  const fileCode = error instanceof Error && 'code' in error ? String(error.code) : ''
  const reason =
    (code === undefined ? byFileError[fileCode] : byResultCode[code]) ??
    (error instanceof RangeError ? `cannot be used: ${error.message}` : 'cannot be used')
  return new StoreError(`The store sqlite:${path} ${reason}.`, { cause: error })
}

function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number')
    return undefined
  return error.errcode & 0xff
}
