import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readOptions } from './config/read-options.ts'
import { client } from './testing/client.ts'
import { temporaryStore } from './testing/harness.ts'
import { keys } from './testing/host.ts'

const main = join(import.meta.dirname, '..', 'docs', 'examples', 'express-app', 'main.ts')

async function startExample() {
  const child: ChildProcess = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH, PORT: '0' } as unknown as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const exited = once(child, 'close').then(([code]) => code as number | null)
  let output = ''
  let errors = ''
  child.stderr?.on('data', (chunk) => {
    errors += chunk
  })
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      output += chunk
      const [, address] = /^app: (http:\S+)$/m.exec(output) ?? []
      if (address) resolve(address)
    })
    void exited.then((code) => reject(new Error(`ended with ${code}: ${errors}`)))
  })
  return {
    ...client(url),
    /** Ends it in order, and answers what it printed of events. */
    async end() {
      child.kill('SIGTERM')
      const code = await exited
      const lines = output.split('\n').filter((line) => line.startsWith('{'))
      return { code, errors, output, events: lines.map((line) => JSON.parse(line)) }
    },
  }
}

const ada = { email: 'ada@example.com', password: 'an example sentence' }
const root = { email: 'root@example.com', password: 'another example sentence' }

it('the example in the documentation signs people in, and stays the app it was', async () => {
  const app = await startExample()
  const refresh = (refreshToken: string) => app.post('/auth/refreshtoken', { refreshToken })

  const first = await app.post('/auth/login', { json: ada })
  expect(first).toMatchObject({ status: 200, body: { userData: { id: '1', roles: ['member'] } } })
  const second = await refresh(first.body.refreshToken)
  expect(second.status).toBe(200)
  const replayed = await refresh(first.body.refreshToken)
  expect(replayed.body.refreshToken).toBe(second.body.refreshToken)
  expect((await refresh(second.body.refreshToken)).status).toBe(200)
  expect((await refresh(first.body.refreshToken)).body.error).toBe('refresh_token_reused')

  // The app's own.
  expect((await app.post('/auth/register', { json: ada })).body).toEqual({ message: 'By invitation only.' })
  const large = { text: 'x'.repeat(100_000) }
  expect((await app.post('/echo', { json: large })).body).toEqual(large)
  const broken = await app.get('/broken')
  expect([broken.status, broken.body]).toEqual([500, { message: 'This app cannot do that now.' }])
  expect(broken.headers.get('content-security-policy')).toBeNull()
  expect((await app.get('/auth/nowhere')).body).toEqual({ message: 'This app has no such page.' })

  // The two meet here.
  const again = (await app.post('/auth/login', { form: ada })).body
  expect((await app.get('/hello', { bearer: again.accessToken })).body).toEqual({ hello: 'Ada' })
  expect((await app.get('/hello')).body).toEqual({ hello: 'stranger' })
  const admin = (await app.post('/auth/login', { json: root })).body
  const deactivate = (bearer: string) => app.post('/people/1/deactivate', { bearer })
  expect((await deactivate(again.accessToken)).status).toBe(403)
  expect((await deactivate(admin.accessToken)).body).toEqual({ ended: 1 })
  expect((await refresh(again.refreshToken)).body.error).toBe('session_revoked')
  expect((await app.post('/auth/login', { json: ada })).body.error).toBe('invalid_credentials')

  const { code, events, errors, output } = await app.end()
  expect(code).toBe(0)
  expect(events.map(({ event, userId }) => [event, userId])).toEqual([
    ['signed-in', '1'],
    ['rotated', '1'],
    ['replayed', '1'],
    ['rotated', '1'],
    ['reuse-detected', '1'],
    ['refresh-refused', '1'],
    ['signed-in', '1'],
    ['signed-in', '2'],
    ['sessions-ended', '1'],
    ['refresh-refused', '1'],
    ['password-refused', '1'],
  ])
  // Warnings go to standard error, and what the app prints is its own.
  expect(errors).toContain('reuse-detected')
  for (const { accessToken, refreshToken } of [first.body, second.body, again, admin])
    for (const token of [accessToken, refreshToken]) expect(output + errors).not.toContain(token)
})

describe('docs/auth-server-as-a-part.md', () => {
  const read = (name: string) => readFileSync(join(import.meta.dirname, '..', 'docs', name), 'utf8')
  const page = read('auth-server-as-a-part.md')
  const blocks = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code)

  it('shows the code of the example', () => {
    expect(blocks).toHaveLength(3)
    for (const code of blocks) expect(read('examples/express-app/main.ts')).toContain(code)
  })

  it('names every option with its default', async () => {
    const settings = readOptions({ store: await temporaryStore(Date.now), keys })
    for (const name of [
      'accessTokenTtl',
      'refreshTokenTtl',
      'sessionMaxAge',
      'refreshGrace',
      'reauthenticateAfter',
    ] as const)
      expect(page).toContain(`| \`${name}\` | ${settings[name]} |`)
  })
})
