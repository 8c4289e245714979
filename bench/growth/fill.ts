import { DatabaseSync } from 'node:sqlite'
import { createClient } from '@redis/client'
import pg from 'pg'
import { openStoreAt } from '../../auth-server/store/open.ts'
import { PACKED } from '../../auth-server/store/redis/packed.ts'
import { script } from '../../auth-server/store/redis/scripts.ts'
import { shortUserAgent } from '../../auth-server/store/redis/user-agent-text.ts'
import { sidOf } from '../auth-server/clients.ts'
import type { StoreName } from '../auth-server/stores.ts'

/*
 * A million sign-ins would take hours of argon2. Rows are put into the stores' own tables and keys, as sign-ins leave
 * them: a user for each session, each with an address, a name and a browser of usual length.
 */

const HOUR = 3_600_000
const QUARTER_DAY = 6 * HOUR
const IDLE = 12 * HOUR
const LIFE = 30 * 24 * HOUR
const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36'
const HASH = `$argon2id$v=19$m=19456,t=2,p=1$${'c2FsdA'.repeat(4).slice(0, 22)}$${'aGFzaA'.repeat(8).slice(0, 43)}`
/** Of those that are to be purged: dead for longer than the server keeps them. */
const LONG_AGO = 8 * 24 * HOUR

/** `parts`: of one session or user, by table, index or key. */
export type Filled = { readonly bytes: number; readonly parts: Readonly<Record<string, number>> }

/** Sessions 0 to `count - 1`, live from now; answers the bytes that they take. */
export async function fill(name: StoreName, url: string, count: number, perUser: number): Promise<Filled> {
  await (await openStoreAt(url)).close()
  const filled = await fillers[name](url, count, perUser)
  await checkSample(url, count, perUser)
  return filled
}

/** Makes the last `dead` of `count` sessions expire long ago. A Redis forgets them by itself. */
export async function expire(name: Exclude<StoreName, 'Redis'>, url: string, count: number, dead: number) {
  const ended = Date.now() - LONG_AGO
  const change = `update sessions set idle_expires_at = ${ended}, expires_by = ${ended} where sid >= '${sidOf(count - dead)}'`
  if (name === 'SQLite') inSqlite(url, (database) => database.exec(change))
  else await inPostgres(url, (client) => client.query(change))
}

const fillers: Record<StoreName, (url: string, count: number, perUser: number) => Promise<Filled>> = {
  async SQLite(url, count, perUser) {
    return inSqlite(url, (database) => {
      database.exec('pragma synchronous = off; begin')
      const numbers = `with recursive numbers(i) as (select 0 union all select i + 1 from numbers where i < ${count - 1})`
      const [users, sessions] = inserts((i) => `printf('bench%017d', ${i})`, count, perUser)
      database.exec(`insert into users (${USER_COLUMNS}) ${numbers} ${users}`)
      database.exec(`insert into sessions (${SESSION_COLUMNS}) ${numbers} ${sessions}`)
      database.exec('commit; pragma wal_checkpoint(truncate); analyze')
      const [page] = database
        .prepare('select page_count * page_size as bytes from pragma_page_count, pragma_page_size')
        .all()
      return { bytes: Number(page?.bytes), parts: {} }
    })
  },
  async PostgreSQL(url, count, perUser) {
    return await inPostgres(url, async (client) => {
      const [users, sessions] = inserts(
        (i) => `'bench' || lpad((${i})::bigint::text, 17, '0')`,
        count,
        perUser,
      )
      const numbers = `with numbers(i) as (select generate_series(0::bigint, ${count - 1}))`
      await client.query(`insert into users (${USER_COLUMNS}) ${numbers} ${users}`)
      await client.query(`insert into sessions (${SESSION_COLUMNS}) ${numbers} ${sessions}`)
      await client.query('vacuum analyze users, sessions')
      const { rows } = await client.query<{ name: string; owner: string; bytes: string }>(RELATIONS)
      const each = rows.map(({ name, owner, bytes }): [string, number] => [
        name === owner ? `table ${name}` : `index ${name}`,
        Number(bytes) / (owner === 'users' ? usersOf(count, perUser) : count),
      ])
      const bytes = rows.reduce((sum, row) => sum + Number(row.bytes), 0)
      return { bytes, parts: Object.fromEntries(each) }
    })
  },
  async Redis(url, count, perUser) {
    const client = createClient({ url, RESP: 2, commandOptions: { timeout: 0 } })
    await client.connect()
    const used = async () =>
      Number(/used_memory:(\d+)/.exec(await client.sendCommand<string>(['INFO', 'memory']))?.[1])
    const before = await used()
    for (let first = 0; first < count; first += 5_000) {
      const values = [
        Date.now(),
        first,
        Math.min(first + 5_000, count),
        IDLE,
        LIFE,
        shortUserAgent(USER_AGENT),
        HASH,
        perUser,
      ]
      await client.sendCommand(['EVAL', REDIS_FILL, '0', ...values.map(String)])
    }
    const bytes = (await used()) - before
    const sid = sidOf(Math.floor(count / 2))
    const id = sidOf(userOf(Math.floor(count / 2), perUser))
    const usage = async (key: string) =>
      Number(await client.sendCommand<number>(['MEMORY', 'USAGE', `evergate:${key}`]))
    const parts = {
      'key of a session': await usage(`session:{${sid}}`),
      'list of the sessions of a user': await usage(`sessions-of:{${id}}`),
      'user by address': await usage(`user:{${id}@example.com}`),
      'address by id of a user': await usage(`email-of:{${id}}`),
      'all for each session': bytes / count,
    }
    client.destroy()
    return { bytes, parts }
  },
}

const USER_COLUMNS = 'id, email, name, roles, password_hash, created_at, disabled_at'
const SESSION_COLUMNS =
  'sid, user_id, generation, created_at, rotated_at, last_seen_at, idle_expires_at, absolute_expires_at, expires_by, address, user_agent'

const userOf = (session: number, perUser: number) => Math.floor(session / perUser)
const usersOf = (sessions: number, perUser: number) => userOf(sessions - 1, perUser) + 1

/** The columns that both SQL stores select from `numbers`. */
function inserts(
  named: (i: string) => string,
  count: number,
  perUser: number,
): [users: string, sessions: string] {
  const now = Date.now()
  const sid = named('i')
  const user = perUser === 1 ? sid : named(`floor(i / ${perUser})`)
  const email = `${sid} || '@example.com'`
  // Sessions end at all times, in another order than that of their ids: an index of equal ones would be small.
  const idleEnd = `${now + IDLE} - i * 7919 % ${IDLE / 2}`
  const by = `(${idleEnd}) - (${idleEnd}) % ${QUARTER_DAY} + ${QUARTER_DAY}`
  const times = [now, now, now, idleEnd, now - (now % 1000) + LIFE, by].join(', ')
  return [
    `select ${sid}, ${email}, 'A user', '["user"]', '${HASH}', ${now}, null from numbers where i < ${usersOf(count, perUser)}`,
    `select ${sid}, ${user}, 0, ${times}, '203.0.113.7', '${USER_AGENT}' from numbers`,
  ]
}

const REDIS_FILL = script(`${PACKED}
  for i = tonumber(ARGV[2]), tonumber(ARGV[3]) - 1 do
    local sid = 'bench' .. string.format('%017d', i)
    local id = 'bench' .. string.format('%017d', math.floor(i / ARGV[8]))
    local email = id .. '@example.com'
    redis.call('ZADD', 'evergate:users', 0, email)
    redis.call('SET', 'evergate:email-of:{' .. id .. '}', email)
    redis.call('HSET', 'evergate:user:{' .. email .. '}', 'createdAt', now, 'id', id, 'email', email, 'name', 'A user',
      'roles', '["user"]', 'passwordHash', ARGV[7])
    redis.call('ZADD', 'evergate:sessions-of:{' .. id .. '}', now, sid)
    redis.call('PEXPIRE', 'evergate:sessions-of:{' .. id .. '}', ARGV[5])
    KEYS[1] = 'evergate:session:{' .. sid .. '}'
    local session = {createdAt = now, absoluteExpiresAt = now - now % 1000 + ARGV[5], userId = id, amr = 'pwd'}
    keep(session, {email, 'A user', 'user'})
    rotate(session, 0, ARGV[4], 3600000, '203.0.113.7', ARGV[6])
  end
`).lua

/** The store itself must find every row that was put there. */
async function checkSample(url: string, count: number, perUser: number): Promise<void> {
  const store = await openStoreAt(url)
  try {
    const middle = Math.floor(count / 2)
    const [sid, id] = [sidOf(middle), sidOf(userOf(middle, perUser))]
    const reading = await store.sessions.find(sid)
    const listed = await store.sessions.listLive(id)
    const user = await store.users.findByEmail(`${id}@example.com`)
    if (reading?.session.userId !== id || !listed.some((each) => each.sid === sid) || user?.id !== id)
      throw new Error(`the store does not find what it was filled with: ${sid}`)
  } finally {
    await store.close()
  }
}

const RELATIONS = `
  select name, owner, pg_relation_size(name::regclass) as bytes from (
    select tablename as name, tablename as owner from pg_tables where schemaname = 'public'
    union all select indexname, tablename from pg_indexes where schemaname = 'public'
  ) relations where owner in ('users', 'sessions') order by owner, name <> owner, name`

function inSqlite<T>(url: string, work: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(url.slice('sqlite:'.length))
  try {
    return work(database)
  } finally {
    database.close()
  }
}

async function inPostgres<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
