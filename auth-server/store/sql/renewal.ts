import { type RawBuilder, sql } from 'kysely'
import type { Presentation, Renewal, Session } from '../store.ts'
import type { Place } from './prepared.ts'

/** The columns of a session: `endedIn` is for readers of endings alone. */
export const COLUMNS = [
  'sid',
  'userId',
  'generation',
  'createdAt',
  'rotatedAt',
  'lastSeenAt',
  'idleExpiresAt',
  'absoluteExpiresAt',
  'revokedAt',
  'revokedReason',
  'address',
  'userAgent',
  'deviceKey',
  'deviceBoundAt',
  'amr',
] as const satisfies readonly (keyof Session)[]

/** The values that one renewal brings. */
export type RenewalValues = Presentation & { readonly sid: string }

/** A session beside its user, whose columns are empty when there is none who may renew. */
export type RenewalRow = Session & {
  readonly now: number
  readonly personId: string | null
  readonly personEmail: string | null
  readonly personName: string | null
  readonly personRoles: string | null
}

/** A row as callers see it. */
export function toRenewal(row: RenewalRow, moved: boolean): Renewal {
  const { now, personId: id, personEmail, personName, personRoles, ...session } = row
  const user = id === null ? undefined : toUser(id, personEmail, personName, personRoles)
  return { session, now, moved, user }
}

function toUser(id: string, email: string | null, name: string | null, roles: string | null) {
  return { id, email: email ?? '', name: name ?? '', roles: JSON.parse(roles ?? '[]') as string[] }
}

/**
 * The columns that a rotation sets beside the generation.
 *
 * @param value - a placeholder of the prepared statement
 */
export function rotated(
  now: RawBuilder<number>,
  value: Place<Pick<RenewalValues, 'idleTtl' | 'address' | 'userAgent'>>,
) {
  return {
    rotatedAt: now,
    lastSeenAt: now,
    ...idleEnd(sql`${now} + ${value('idleTtl')}`, sql.ref('absoluteExpiresAt')),
    address: value('address'),
    userAgent: value('userAgent'),
  }
}

/**
 * The columns of an idle end, which is never after the absolute one. It moves with each renewal, and PostgreSQL writes all indexes of a
 * row anew when a column changes that one of them has. So purging looks for the quarter of a day after it, which moves seldom.
 */
export function idleEnd(idle: RawBuilder<unknown>, absolute: RawBuilder<unknown>) {
  const idleExpiresAt = earlier(idle, absolute)
  const expiresBy = sql<number>`${idleExpiresAt} - ${idleExpiresAt} % ${QUARTER_DAY} + ${QUARTER_DAY}`
  return { idleExpiresAt, expiresBy }
}

const QUARTER_DAY = sql.lit(21_600_000)

/** The nearer of two moments. */
function earlier(a: RawBuilder<unknown>, b: RawBuilder<unknown>): RawBuilder<number> {
  return sql<number>`case when ${a} < ${b} then ${a} else ${b} end`
}
