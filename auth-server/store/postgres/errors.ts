import { certificateTrouble, codeOf, networkTrouble } from '../network-errors.ts'
import { StoreError } from '../store.ts'

// https://www.postgresql.org/docs/current/errcodes-appendix.html, whole codes before classes
const bySqlState: Record<string, string> = {
  '08P01': 'does not take what a connection starts with; for PgBouncer see ignore_startup_parameters',
  '25006': 'is read-only: a standby, not the primary?',
  '28000': 'does not let this user in',
  '28P01': 'refuses the password',
  '3D000': 'does not exist',
  '3F000': 'has no such schema: `create schema` makes the one of search_path',
  '42P07':
    'has tables of another program, such as one called users: `create schema evergate`, and `?options=-c%20search_path%3Devergate` in the URL, give the auth server tables of its own',
  '42501': 'does not allow this user what the server needs',
  '53100': 'cannot grow: the disk is full',
  '53300': 'has no connection left',
  '57014': 'took too long',
  '57P01': 'is shutting down',
  '57P02': 'is shutting down',
  '57P03': 'is starting up',
  '08': 'cannot be reached',
  '53': 'is short of resources',
}

// Errors of `pg` itself carry no code.
const byMessage: [RegExp, string][] = [
  [/read timeout/i, 'took too long'],
  [/timeout exceeded when trying to connect|due to connection timeout/i, 'cannot be reached in time'],
  [/connection (terminated|ended)|not queryable/i, 'cannot be reached: the connection was cut'],
]

const mayPass = new Set(['53300', '57P01', '57P02', '57P03'])

/** One sentence for whatever PostgreSQL, its driver or the network answered; the original stays in `cause`. */
export function postgresFailure(name: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error
  return new StoreError(`The store ${name} ${reason(error)}.`, { cause: error })
}

/** Whether a database that is just starting may be the whole trouble. */
export function mayPassSoon(error: unknown): boolean {
  if (mayPass.has(codeOf(error)) || networkTrouble(error) !== undefined) return true
  return error instanceof Error && matching(error) !== undefined
}

function reason(error: unknown): string {
  if (error instanceof RangeError) return `cannot be used: ${error.message}`
  const code = codeOf(error)
  const known =
    bySqlState[code] ?? networkTrouble(error) ?? certificateTrouble(error) ?? bySqlState[code.slice(0, 2)]
  if (known !== undefined) return known
  if (!(error instanceof Error)) return 'cannot be used'
  return matching(error) ?? `cannot be used (${code || error.message})`
}

function matching(error: Error): string | undefined {
  return byMessage.find(([pattern]) => pattern.test(error.message))?.[1]
}
