import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createConnection, createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it, vi } from 'vitest'
import { generateSigningKeys } from './config/generate-secrets.ts'
import { run, runToEnd, startChild } from './testing/child.ts'
import { accessSecret, refreshSecret, temporaryDirectory } from './testing/harness.ts'

vi.setConfig({ testTimeout: 30_000 })

describe('a start', () => {
  it('says in one line where it listens, on which store, with which algorithm', async () => {
    const cwd = temporaryDirectory()
    const child = await startChild({ cwd })
    expect(child.output()).toMatch(
      /^auth server: http:\/\/127\.0\.0\.1:\d+, store sqlite:\.\/\.data\/auth\.db, HS256\n$/,
    )
    expect((await child.get('/readyz')).status).toBe(200)
  })

  it('reads .env.local, and lets real variables win, empty ones too', async () => {
    const cwd = temporaryDirectory()
    const keys = await generateSigningKeys()
    const lines = [`EXTRA=1`, `SIGNING_KEYS='${keys}'`, 'LOG_LEVEL=loud', 'AUTH_PORT=notaport']
    writeFileSync(join(cwd, '.env.local'), lines.join('\n'))
    const environment = { ETLS_ACCESS: '', SIGNING_KEYS: undefined, LOG_LEVEL: '' }
    const child = await startChild({ cwd, environment })
    expect(child.output()).toMatch(/, ES256\n$/)
  })

  it('ends with a line for each bad variable', async () => {
    const child = run('main.ts', {
      cwd: temporaryDirectory(),
      environment: { ACCESS_TOKEN_TTL: 'x', ETLS_ACCESS: 'x' },
    })
    expect(await child.exited).toBe(1)
    expect(child.errors().trim().split('\n')).toEqual([
      expect.stringMatching(/^ETLS_ACCESS: /),
      expect.stringMatching(/^ACCESS_TOKEN_TTL: /),
    ])
    expect(child.output()).toBe('')
  })

  it('listens on the loopback address alone, in production too; HOST says otherwise', async () => {
    const at = async (environment: Record<string, string>) => {
      const child = await startChild({ cwd: temporaryDirectory(), environment })
      const { hostname, port } = new URL(child.url)
      // Another address of this machine that is none of 127.0.0.1's.
      const elsewhere = await fetch(`http://127.0.0.2:${port}/livez`).then(
        ({ status }) => status,
        () => 'nobody',
      )
      return [hostname, (await child.get('/livez')).status, elsewhere]
    }
    expect(await at({ NODE_ENV: 'production' })).toEqual(['127.0.0.1', 200, 'nobody'])
    expect(await at({ HOST: '0.0.0.0' })).toEqual(['0.0.0.0', 200, 200])
  })

  it('ASVS 6.3.2: does not listen where others are with a password that is published', async () => {
    const cwd = temporaryDirectory()
    await run('setup.ts', { cwd }).exited
    const start = () => run('main.ts', { cwd, environment: { HOST: '0.0.0.0' } })
    const child = start()
    expect(await child.exited).toBe(1)
    expect(child.errors().trim().split('\n')).toEqual([
      expect.stringMatching(/^HOST: on 0\.0\.0\.0 everybody could sign in as demo@example\.com, /),
      expect.stringMatching(/^HOST: on 0\.0\.0\.0 everybody could sign in as admin@example\.com, /),
    ])
    for (const email of ['demo@example.com', 'admin@example.com'])
      expect(await run('users.ts', { cwd, args: ['disable', email] }).exited).toBe(0)
    const listening = await startChild({ cwd, environment: { HOST: '0.0.0.0' } })
    expect((await listening.get('/livez')).status).toBe(200)
  })

  it('ends with one sentence when HOST is none of this machine', async () => {
    const child = run('main.ts', { cwd: temporaryDirectory(), environment: { HOST: '192.0.2.1' } })
    expect(await child.exited).toBe(1)
    expect(child.errors()).toMatch(/^HOST: 192\.0\.2\.1 is no address of this machine; [^\n]+\n$/)
  })

  it('ends with one sentence when the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    const child = run('main.ts', { cwd: temporaryDirectory(), environment: { AUTH_PORT: String(port) } })
    expect(await child.exited).toBe(1)
    expect(child.errors()).toBe(
      `Port ${port} is in use: stop the other program or set AUTH_PORT to a free one.\n`,
    )
    other.close()
  })

  it('ends with one sentence when the store is not a database', async () => {
    const cwd = temporaryDirectory()
    writeFileSync(join(cwd, 'notes.txt'), 'my notes')
    const child = run('main.ts', { cwd, environment: { STORE_URL: 'sqlite:notes.txt' } })
    expect(await child.exited).toBe(1)
    expect(child.errors()).toBe(
      'The store sqlite:notes.txt is not an SQLite database; it was left as it is.\n',
    )
    expect(readFileSync(join(cwd, 'notes.txt'), 'utf8')).toBe('my notes')
  })

  it('ends with one sentence when the directory cannot be written', async () => {
    const cwd = temporaryDirectory()
    writeFileSync(join(cwd, 'file'), '')
    const child = run('main.ts', { cwd, environment: { STORE_URL: 'sqlite:file/below/auth.db' } })
    expect(await child.exited).toBe(1)
    expect(child.errors()).toMatch(/^The store sqlite:file\/below\/auth\.db cannot be made: [^\n]+\.\n$/)
  })

  it('ends with one sentence when the disk is full', async () => {
    const cwd = temporaryDirectory()
    mkdirSync(join(cwd, '.data'))
    const child = run('main.ts', { cwd, fileSizeLimit: 8 })
    expect(await child.exited).toBe(1)
    expect(child.errors()).toMatch(/^The store sqlite:\.\/\.data\/auth\.db cannot [^\n]+\.\n$/)
  })
})

it('answers 503 when the disk fills up, and loses nothing that it had acknowledged', async () => {
  const cwd = temporaryDirectory()
  const roomy = await startChild({ cwd })
  const { refreshToken } = await roomy.newcomer()
  roomy.process.kill('SIGTERM')
  await roomy.exited

  const child = await startChild({ cwd, fileSizeLimit: 200 })
  let newest = refreshToken
  let reply = await child.refresh(newest)
  for (let i = 0; i < 200 && reply.status === 200; i++) {
    newest = reply.body.refreshToken
    reply = await child.refresh(newest)
  }
  expect(reply).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' }, setCookies: [] })
  expect((await child.get('/livez')).status).toBe(200)
  child.process.kill('SIGKILL')
  await child.exited

  const again = await startChild({ cwd })
  expect((await again.refresh(newest)).status).toBe(200)
})

it('shows its help, and serves nothing', async () => {
  const help = await runToEnd('main.ts', { cwd: temporaryDirectory(), args: ['--help'] })
  expect(help).toEqual({
    code: 0,
    output: expect.stringMatching(/^Usage: evergate-auth-server \[COMMAND\]\n/),
    errors: '',
  })
})

it('does not serve for a word that it does not know, and says what it knows', async () => {
  const cwd = temporaryDirectory()
  const wrong = await runToEnd('main.ts', { cwd, args: ['user'] })
  expect(wrong).toEqual({
    code: 2,
    output: '',
    errors: expect.stringMatching(/^evergate-auth-server knows no "user"\.\n\nUsage: /),
  })
  expect(existsSync(join(cwd, '.data'))).toBe(false)
})

it.each(['SIGTERM', 'SIGINT'] as const)(
  'lets a request in flight finish on %s, takes no new one, and ends with 0',
  async (signal) => {
    const cwd = temporaryDirectory()
    const child = await startChild({ cwd })
    const { email, password } = await child.newcomer()
    const port = Number(new URL(child.url).port)
    const body = JSON.stringify({ email, password })

    const socket = createConnection(port, '127.0.0.1')
    const reply = text(socket)
    socket.write(
      `POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`,
    )
    // "100 Continue" proves that the request has begun.
    await once(socket, 'readable')
    child.process.kill(signal)
    await vi.waitFor(() => expect(fetch(`${child.url}/livez`)).rejects.toThrow(), {
      timeout: 10_000,
      interval: 20,
    })
    socket.write(body)
    expect(await reply).toMatch(/HTTP\/1\.1 200 OK.*"refreshToken"/s)
    expect(await child.exited).toBe(0)
    expect(child.errors()).toBe('')
  },
)

it('prints no secret, token or password', async () => {
  const cwd = temporaryDirectory()
  const child = await startChild({ cwd, environment: { LOG_LEVEL: 'trace' } })
  const { refreshToken, accessToken, password } = await child.newcomer()
  const { body } = await child.refresh(refreshToken)
  await child.post('/logout', { refreshToken: body.refreshToken })
  child.process.kill('SIGTERM')
  await child.exited
  const printed = child.output() + child.errors()
  expect(printed).toContain('signed-out')
  for (const secret of [refreshToken, accessToken, body.refreshToken, password, accessSecret, refreshSecret])
    expect(printed).not.toContain(secret)
})
