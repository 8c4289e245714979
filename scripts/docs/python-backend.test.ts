import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createSessionGateway } from 'evergate/gateway'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { fromRoot, onPath } from '../lib/paths.mjs'

const server = fromRoot('docs', 'examples', 'python-backend', 'server.py')
const python = onPath('python3')
const isThere =
  python !== undefined && spawnSync(python, ['-c', 'import sqlite3, hashlib; hashlib.scrypt']).status === 0
const secrets = { ETLS_ACCESS: 'access tokens of the example', ETLS_REFRESH: 'refresh tokens of the example' }
const accessSecret = secrets.ETLS_ACCESS.padEnd(32, '.')

async function startBackend(settings: Readonly<Record<string, string>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'python-backend-'))
  const database = join(folder, 'sessions.db')
  const child = spawn(python ?? '', [server], {
    env: {
      ...process.env,
      ...secrets,
      ETLS_ACCESS: accessSecret,
      PORT: '0',
      DATABASE: database,
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  const url = await new Promise<string>((resolve, reject) => {
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
      const [, address] = /^backend: (\S+)$/m.exec(output) ?? []
      if (address) resolve(address)
    })
    child.once('close', (code) => reject(new Error(`ended with ${code}: ${errors}`)))
  })

  let calls = 0
  const gateway = createSessionGateway({
    remoteApi: url,
    keys: { secret: accessSecret },
    fetch: (to, init) => {
      calls += 1
      return fetch(to, init)
    },
  })
  const post = (path: string, init: RequestInit = {}) => fetch(url + path, { method: 'POST', ...init })
  return {
    database,
    stop() {
      child.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
      // A traceback, say.
      expect(errors).toBe('')
    },
    post,
    calls: () => calls,
    async signIn(): Promise<string> {
      const body = JSON.stringify({ email: 'ada@example.com', password: 'an example sentence' })
      return (await (await post('/login', { body })).json()).refreshToken
    },
    async refresh(token: string): Promise<{ status: number; child: string; error: string }> {
      const answer = await post('/refreshtoken', { headers: { cookie: `refreshToken=${token}` } })
      const { refreshToken: child = '', error = '' } = await answer.json()
      return { status: answer.status, child, error }
    },
    visit: (token: string) =>
      gateway.handle(
        new Request('http://app.example/dashboard', {
          headers: { host: 'app.example', accept: 'text/html', cookie: `refreshToken=${token}` },
        }),
      ),
  }
}

describe.skipIf(!isThere)('the backend in Python, behind the gateway', { timeout: 30_000 }, () => {
  let backend: Awaited<ReturnType<typeof startBackend>>
  beforeAll(async () => {
    backend = await startBackend()
    return () => backend.stop()
  }, 30_000)

  it('renews, and tells who is signed in', async () => {
    const { outcome, session, setCookies } = await backend.visit(await backend.signIn())
    expect([outcome, session?.subject, session?.roles]).toEqual(['renewed', '1', ['user']])
    expect(setCookies.filter((header) => header.includes('Max-Age')).length).toBe(3)
  })

  it('is called once for 50 requests at a time', async () => {
    const token = await backend.signIn()
    const before = backend.calls()
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => backend.visit(token)))
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['renewed']))
    expect(backend.calls() - before).toBe(1)
  })

  it('gives 50 presentations at a time one child, and the parent the same again', async () => {
    const token = await backend.signIn()
    const answers = await Promise.all(Array.from({ length: 50 }, () => backend.refresh(token)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    const [child, ...others] = new Set(answers.map((answer) => answer.child))
    expect(others).toEqual([])
    expect((await backend.refresh(token)).child).toBe(child)
  })

  it('ends a session whose older token comes back, for the gateway too', async () => {
    const first = await backend.signIn()
    const { child } = await backend.refresh(first)
    const { child: newest } = await backend.refresh(child)
    expect(await backend.refresh(first)).toMatchObject({ status: 403, error: 'refresh_token_reused' })
    expect((await backend.visit(newest)).outcome).toBe('ended')
  })

  it('takes a parent for reuse at once without a grace', async () => {
    const strict = await startBackend({ REFRESH_GRACE: '0' })
    onTestFinished(() => strict.stop())
    const token = await strict.signIn()
    await strict.refresh(token)
    expect(await strict.refresh(token)).toMatchObject({ error: 'refresh_token_reused' })
  })

  it('puts a session right whose last rotations the store has lost', async () => {
    const { child } = await backend.refresh(await backend.signIn())
    const { child: newest } = await backend.refresh(child)
    const [sid = ''] = newest.split('.')
    // The server answers before it closes its connection, and closing the last one locks the file for a moment.
    const store = new DatabaseSync(backend.database, { timeout: 5000 })
    store.prepare('update sessions set generation = 0 where sid = ?').run(sid)
    store.close()
    const healed = await backend.refresh(newest)
    expect([healed.status, healed.child.split('.')[1]]).toEqual([200, '3'])
  })

  it('refuses what it did not make, and a session that was signed out', async () => {
    const token = await backend.signIn()
    for (const forged of [`${token}x`, 'a.1.b', 'a', '..', token.replace('.0.', '.1.')])
      expect((await backend.refresh(forged)).error, forged).toBe('invalid_refresh_token')
    await backend.post('/logout', { headers: { cookie: `refreshToken=${token}` } })
    expect((await backend.refresh(token)).error).toBe('session_revoked')
    expect((await backend.post('/refreshtoken')).status).toBe(401)
  })

  it.each([
    ['{"email":"ada@example.com","password":"a wrong one"}', 401],
    ['{"email":"nobody@example.com","password":"a wrong one"}', 401],
    ['{"email":1}', 422],
    ['[]', 422],
    ['{"email":"\\ud800","password":""}', 422],
    ['{', 422],
    ['x'.repeat(16_385), 413],
  ])('answers a sign-in with %s by %i', async (body, status) => {
    expect((await backend.post('/login', { body })).status).toBe(status)
  })
})
