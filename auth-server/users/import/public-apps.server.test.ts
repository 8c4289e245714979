import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hash as bcrypt } from '@node-rs/bcrypt'
import pg from 'pg'
import { describe, expect, it, vi } from 'vitest'
import { createPasswords } from '../../passwords/passwords.ts'
import { runToEnd } from '../../testing/child.ts'
import { manualClock, startServer, temporaryDirectory } from '../../testing/harness.ts'
import { openTestStore, storeKind } from '../../testing/stores.ts'

vi.setConfig({ testTimeout: 60_000 })

const people = [
  ['Ada', 'Ada@example.com', 'the password of Ada'],
  ['Grace "Amazing", Hopper', 'grace@example.com', 'päßwörd of Grace'],
  ['Barbara', 'barbara@example.com', `long ${'x'.repeat(80)}`],
] as const

interface PublicApp {
  /** As its migrations or its README make it. */
  readonly table: string
  readonly insert: string
  /** The prefix that its bcrypt writes. */
  readonly prefix: '$2a$' | '$2b$' | '$2y$'
  /** Of what `psql` writes: with `copy … csv header`, or with `-At` a row of JSON each. */
  readonly file: 'users.csv' | 'users.jsonl'
}

const apps: [string, PublicApp][] = [
  [
    'an Express app of a tutorial',
    {
      table: `create table users (id serial primary key, username varchar(255) not null, email varchar(255) unique not null,
        password varchar(255) not null, created_at timestamp default now())`,
      insert: 'insert into users (username, email, password) values ($1, $2, $3)',
      prefix: '$2b$',
      file: 'users.jsonl',
    },
  ],
  [
    'a Next.js app of a tutorial',
    {
      table: `create table users (id uuid default gen_random_uuid() primary key, name varchar(255) not null, email text not null unique,
        password text not null)`,
      insert: 'insert into users (name, email, password) values ($1, $2, $3)',
      prefix: '$2b$',
      file: 'users.csv',
    },
  ],
  [
    'a Rails app with Devise',
    {
      table: `create table users (id bigserial primary key, name varchar, email varchar default '' not null,
        encrypted_password varchar default '' not null, reset_password_token varchar, reset_password_sent_at timestamp,
        remember_created_at timestamp, created_at timestamp(6) default now() not null, updated_at timestamp(6) default now() not null)`,
      insert: 'insert into users (name, email, encrypted_password) values ($1, $2, $3)',
      prefix: '$2a$',
      file: 'users.csv',
    },
  ],
  [
    'a Laravel app',
    {
      table: `create table users (id bigserial primary key, name varchar(255) not null, email varchar(255) unique not null,
        email_verified_at timestamp(0), password varchar(255) not null, remember_token varchar(100), created_at timestamp(0),
        updated_at timestamp(0))`,
      insert: 'insert into users (name, email, password) values ($1, $2, $3)',
      prefix: '$2y$',
      file: 'users.csv',
    },
  ],
]

const postgres = storeKind('PostgreSQL')

/** The app's database, filled: the ids of its users, and the file by which they leave it. */
async function exported(app: PublicApp): Promise<{ ids: string[]; content: Buffer | string }> {
  const { table, insert, prefix } = app
  const client = new pg.Client({ connectionString: await postgres.place() })
  await client.connect()
  try {
    await client.query(table)
    for (const [name, email, password] of people)
      await client.query(insert, [name, email, (await bcrypt(password, { cost: 8 })).replace('$2b$', prefix)])
    const { rows } = await client.query('select id::text, row_to_json(users)::text as line from users')
    const ids = rows.map(({ id }) => id)
    if (app.file === 'users.jsonl') return { ids, content: rows.map(({ line }) => `${line}\n`).join('') }
    const pieces: Buffer[] = []
    const { connection } = client as unknown as { connection: NodeJS.EventEmitter }
    connection.on('copyData', ({ chunk }: { chunk: Buffer }) => void pieces.push(chunk))
    await client.query('copy users to stdout with csv header')
    return { ids, content: Buffer.concat(pieces) }
  } finally {
    await client.end()
  }
}

describe.each(apps)('the users of %s, with bcrypt in PostgreSQL', (_, app) => {
  it.skipIf(postgres.missing)('are imported, and sign in with the passwords they have', async () => {
    const cwd = temporaryDirectory()
    const path = join(cwd, app.file)
    const { ids, content } = await exported(app)
    writeFileSync(path, content)
    const environment = { STORE_URL: await postgres.place(), LOG_LEVEL: 'warn' }
    const args = ['import', path]
    expect(await runToEnd('users.ts', { cwd, args, environment })).toMatchObject({
      code: 0,
      output: '3 rows: 3 added.\n',
      errors: expect.stringContaining('"event":"users-imported"'),
    })
    const store = await openTestStore(environment.STORE_URL, 'its own')
    const server = await startServer({ store, passwords: createPasswords(), clock: manualClock(Date.now()) })
    for (const [i, [name, email, password]] of people.entries()) {
      const wrong = await server.post('/login', { json: { email, password: `${password}!`.slice(1) } })
      expect(wrong.body.error).toBe('invalid_credentials')
      // The first time with the hash they came with, the second with a new one.
      for (let time = 0; time < 2; time++) {
        const { status, body } = await server.post('/login', { json: { email, password } })
        expect([status, body.userData], email).toEqual([
          200,
          { id: ids[i], email: email.toLowerCase(), name, roles: ['user'] },
        ])
      }
    }
  })
})
