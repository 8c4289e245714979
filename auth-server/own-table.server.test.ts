import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import bcrypt from '@node-rs/bcrypt'
import { expect, it, onTestFinished } from 'vitest'
import { client } from './testing/client.ts'
import { temporaryDirectory } from './testing/harness.ts'
import { freePort } from './testing/process.ts'
import { runInPostgres, storeKind } from './testing/stores.ts'

const main = join(import.meta.dirname, '..', 'docs', 'examples', 'own-table', 'auth-server.mjs')
const { missing, place } = storeKind('PostgreSQL')

it.skipIf(missing)(
  'the example over a table of users in PostgreSQL signs people in with the hashes they have, and ends with the row',
  async () => {
    const url = await place()
    const hash = await bcrypt.hash('an old sentence', { cost: 4 })
    await runInPostgres(
      url,
      `create table users (id serial primary key, name text, email text not null unique, password_hash text not null,
        role text not null default 'member', deleted_at timestamp);
      insert into users (email, password_hash) values ('Ada@example.com', '${hash}')`,
    )
    const child = spawn(process.execPath, [main], {
      env: {
        PATH: process.env.PATH,
        DATABASE_URL: url,
        STORE_URL: `sqlite:${join(temporaryDirectory(), 'auth.db')}`,
        ETLS_ACCESS: 'a-secret-of-access-tokens-for-this-test',
        ETLS_REFRESH: 'a-secret-of-refresh-tokens-for-this-test',
        AUTH_PORT: String(await freePort()),
      } as unknown as NodeJS.ProcessEnv,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const [line = ''] = await new Promise<string[]>((resolve) => {
      createInterface({ input: child.stdout }).once('line', (text) => resolve([text]))
    })
    const server = client(line.replace('auth server: ', ''))

    const wrong = await server.post('/login', { json: { email: 'ada@example.com', password: 'another' } })
    expect(wrong.status).toBe(401)
    const first = await server.post('/login', {
      json: { email: 'ada@example.com', password: 'an old sentence' },
    })
    expect(first).toMatchObject({ status: 200, body: { userData: { id: '1', roles: ['member'] } } })
    const again = await server.post('/login', {
      json: { email: 'ada@example.com', password: 'an old sentence' },
    })
    expect(again.status).toBe(200)

    const renewed = await server.post('/refreshtoken', { refreshToken: first.body.refreshToken })
    expect(renewed.status).toBe(200)
    await runInPostgres(url, 'update users set deleted_at = now()')
    const ended = await server.post('/refreshtoken', { refreshToken: renewed.body.refreshToken })
    expect(ended).toMatchObject({ status: 403, body: { error: 'session_revoked' } })
  },
)
