import { DeadlineError } from '../guard.ts'
import { certificateTrouble, networkTrouble } from '../network-errors.ts'
import { StoreError } from '../store.ts'

// The first word of an error reply says its kind: https://redis.io/docs/latest/develop/reference/protocol-spec/
const byReply: [RegExp, string][] = [
  [/^(WRONGPASS|NOAUTH)\b/, 'refuses the password'],
  [/^NOPERM\b/, 'does not allow this user what the server needs'],
  [/^READONLY\b/, 'is read-only: a replica, not the primary?'],
  [/^OOM\b/, 'is full: its maxmemory is reached'],
  [/^MISCONF\b/, 'takes no writes, because it cannot save them to its disk'],
  [/^(LOADING|BUSY)\b/, 'is busy'],
  [/^(NOREPLICAS|MASTERDOWN)\b/, 'misses its replicas or its primary'],
  [/^(CLUSTERDOWN|TRYAGAIN)\b/, 'is a cluster of which a part is missing'],
  [/^MOVED\b/, 'is a cluster: its URL must begin with redis+cluster://'],
  [/cluster support disabled/, 'is not a cluster: its URL must begin with redis://'],
  [/DB index is out of range|SELECT is not allowed/, 'does not have a database of this number'],
]

// Errors of the client itself carry no code, and their names are those of its classes.
const byClass: Record<string, string> = {
  ClientOfflineError: 'cannot be reached',
  ClientClosedError: 'is closed',
  ConnectionTimeoutError: 'cannot be reached in time',
  DisconnectsClientError: 'cannot be reached: the connection was cut',
  SocketClosedUnexpectedlyError: 'cannot be reached: the connection was cut',
  SocketTimeoutError: 'cannot be reached: the connection was cut',
  RootNodesUnavailableError: 'cannot be reached',
}

/** One sentence for whatever Redis, its client or the network answered; the original stays in `cause`. */
export function redisFailure(name: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error
  return new StoreError(`The store ${name} ${reason(error)}.`, { cause: error })
}

/** Whether a server that is just starting may be the whole trouble. */
export function mayPassSoon(error: unknown): boolean {
  if (networkTrouble(error) !== undefined) return true
  return (
    error instanceof Error &&
    (clientTrouble(error) !== undefined || /^(LOADING|CLUSTERDOWN)\b/.test(error.message))
  )
}

/** Whether a replica answered where a primary was expected. */
export function isReadOnly(error: unknown): boolean {
  return error instanceof Error && /^READONLY\b/.test(error.message)
}

function reason(error: unknown): string {
  if (error instanceof RangeError) return `cannot be used: ${error.message}`
  if (error instanceof DeadlineError) return 'took too long'
  if (!(error instanceof Error)) return 'cannot be used'
  const replied = byReply.find(([pattern]) => pattern.test(error.message))?.[1]
  const known = replied ?? networkTrouble(error) ?? certificateTrouble(error) ?? clientTrouble(error)
  return known ?? `cannot be used (${error.message})`
}

function clientTrouble(error: Error): string | undefined {
  return byClass[error.constructor.name]
}
