import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Factor } from '../factors.ts'
import type { Link, Session, User } from '../store.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** The tables as queries see them; names are camelCase here and snake_case in the database. */
export interface Tables {
  users: Mutable<Omit<User, 'roles'>> & { roles: string }
  sessions: Mutable<Session> & { endedIn: number | null; expiresBy: number }
  accessEnds: { userId: string; endedAt: number; endedIn: number }
  counters: { key: string; points: number; endsAt: number }
  links: Mutable<Link> & { endsAt: number }
  factors: Mutable<Factor>
  heartbeat: { id: number; at: number }
  schemaVersion: { version: number; appliedAt: number }
}

/** One step of the schema. Steps are only ever added; a released one never changes. */
type Migration = (db: Kysely<Tables>) => Promise<void>

/** All steps, oldest first: the schema's version is how many of them were applied. */
const migrations: readonly Migration[] = [
  usersAndSessions,
  counters,
  endings,
  accessEnds,
  links,
  factors,
  deviceKeys,
  expiresBy,
]

async function usersAndSessions(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable('users')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('email', 'text', (c) => c.notNull().unique())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('roles', 'text', (c) => c.notNull())
    .addColumn('passwordHash', 'text', (c) => c.notNull())
    .addColumn('createdAt', 'bigint', (c) => c.notNull())
    .addColumn('disabledAt', 'bigint')
    .execute()
  // No foreign key: the session of a deleted user stays, and is answered as revoked until it is purged.
  await db.schema
    .createTable('sessions')
    .addColumn('sid', 'text', (c) => c.primaryKey())
    .addColumn('userId', 'text', (c) => c.notNull())
    .addColumn('generation', 'bigint', (c) => c.notNull())
    .addColumn('createdAt', 'bigint', (c) => c.notNull())
    .addColumn('rotatedAt', 'bigint', (c) => c.notNull())
    .addColumn('lastSeenAt', 'bigint', (c) => c.notNull())
    .addColumn('idleExpiresAt', 'bigint', (c) => c.notNull())
    .addColumn('absoluteExpiresAt', 'bigint', (c) => c.notNull())
    .addColumn('revokedAt', 'bigint')
    .addColumn('revokedReason', 'text')
    .addColumn('address', 'text', (c) => c.notNull())
    .addColumn('userAgent', 'text', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('sessions_of_user').on('sessions').column('userId').execute()
  await db.schema.createIndex('sessions_by_idle_end').on('sessions').column('idleExpiresAt').execute()
  await db.schema
    .createIndex('sessions_by_revocation')
    .on('sessions')
    .column('revokedAt')
    .where(sql.ref('revoked_at'), 'is not', null)
    .execute()
  await db.schema
    .createTable('heartbeat')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .execute()
}

async function counters(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable('counters')
    .addColumn('key', 'text', (c) => c.primaryKey())
    .addColumn('points', 'bigint', (c) => c.notNull())
    .addColumn('endsAt', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('counters_by_end').on('counters').column('endsAt').execute()
}

/** The dialect names the write that ended a session: see `endings.ts` of each. */
async function endings(db: Kysely<Tables>): Promise<void> {
  await db.schema.alterTable('sessions').addColumn('endedIn', 'bigint').execute()
  await db.schema
    .createIndex('sessions_by_ending')
    .on('sessions')
    .column('endedIn')
    .where(sql.ref('ended_in'), 'is not', null)
    .execute()
}

/** One row for each user, of the last time. */
async function accessEnds(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable('accessEnds')
    .addColumn('userId', 'text', (c) => c.primaryKey())
    .addColumn('endedAt', 'bigint', (c) => c.notNull())
    .addColumn('endedIn', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('access_ends_by_ending').on('accessEnds').column('endedIn').execute()
}

async function links(db: Kysely<Tables>): Promise<void> {
  await db.schema.alterTable('users').addColumn('verifiedAt', 'bigint').execute()
  await db.schema
    .createTable('links')
    .addColumn('digest', 'text', (c) => c.primaryKey())
    .addColumn('purpose', 'text', (c) => c.notNull())
    .addColumn('userId', 'text', (c) => c.notNull())
    .addColumn('email', 'text', (c) => c.notNull())
    .addColumn('stamp', 'text', (c) => c.notNull())
    .addColumn('endsAt', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('links_by_end').on('links').column('endsAt').execute()
}

async function factors(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .alterTable('sessions')
    .addColumn('amr', 'text', (c) => c.notNull().defaultTo('pwd'))
    .execute()
  await db.schema
    .createTable('factors')
    .addColumn('userId', 'text', (c) => c.notNull())
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('data', 'text', (c) => c.notNull())
    .addColumn('counter', 'bigint', (c) => c.notNull())
    .addColumn('createdAt', 'bigint', (c) => c.notNull())
    .addColumn('usedAt', 'bigint')
    .addColumn('endsAt', 'bigint')
    .addPrimaryKeyConstraint('factors_of_user', ['userId', 'id'])
    .execute()
  await db.schema
    .createIndex('factors_by_end')
    .on('factors')
    .column('endsAt')
    .where(sql.ref('ends_at'), 'is not', null)
    .execute()
}

async function deviceKeys(db: Kysely<Tables>): Promise<void> {
  await db.schema.alterTable('sessions').addColumn('deviceKey', 'text').execute()
  await db.schema.alterTable('sessions').addColumn('deviceBoundAt', 'bigint').execute()
}

/** See `idleEnd`. */
async function expiresBy(db: Kysely<Tables>): Promise<void> {
  // Sessions that are there already, and those that an older server adds, are purged after the latest idle end: no row is written anew.
  const latest = await db
    .selectFrom('sessions')
    .select((eb) => eb.fn.max('idleExpiresAt').as('end'))
    .executeTakeFirst()
  await db.schema
    .alterTable('sessions')
    .addColumn('expiresBy', 'bigint', (c) => c.notNull().defaultTo(sql.lit(Number(latest?.end ?? 0))))
    .execute()
  await db.schema.createIndex('sessions_by_expiry').on('sessions').column('expiresBy').execute()
  await db.schema.dropIndex('sessions_by_idle_end').execute()
}

/**
 * Applies what is missing. The caller holds the dialect's lock and an open transaction, so that several servers
 * may start at once.
 *
 * @returns the version the database is at now
 * @throws RangeError when the database was made by a newer version of this server
 */
export async function migrate(db: Kysely<Tables>, now: () => RawBuilder<number>): Promise<number> {
  await db.schema
    .createTable('schemaVersion')
    .ifNotExists()
    .addColumn('version', 'integer', (c) => c.primaryKey())
    .addColumn('appliedAt', 'bigint', (c) => c.notNull())
    .execute()
  const row = await db
    .selectFrom('schemaVersion')
    .select((eb) => eb.fn.max('version').as('version'))
    .executeTakeFirst()
  const current = Number(row?.version ?? 0)
  if (current > migrations.length)
    throw new RangeError(`schema ${current} is newer than this server knows (${migrations.length})`)
  for (const [index, step] of migrations.entries()) {
    if (index < current) continue
    await step(db)
    await db
      .insertInto('schemaVersion')
      .values({ version: index + 1, appliedAt: now() })
      .execute()
  }
  return migrations.length
}
