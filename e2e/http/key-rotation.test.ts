import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseEnv, promisify } from 'node:util'
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Tokens } from '../support/client.ts'
import { asApi, cookieHeader, DEMO, setCookies } from '../support/client.ts'
import type { Running } from '../support/processes.ts'
import { startApp, startAuthServer } from '../support/processes.ts'

vi.setConfig({ testTimeout: 120_000 })

const repository = resolve(import.meta.dirname, '../..')
const KEYS = ['SIGNING_KEYS', 'ETLS_REFRESH', 'GATEWAY_SECRET'] as const
const execute = promisify(execFile)

/** An installation: its `.env.local`, the command that rotates what is in it, and a store. */
async function installation() {
  const root = mkdtempSync(join(tmpdir(), 'evergate-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const name of ['node_modules', 'auth-server']) symlinkSync(join(repository, name), join(root, name))
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = await exportJWK(privateKey)
  const keys = [{ ...jwk, alg: 'ES256', use: 'sig', kid: await calculateJwkThumbprint(jwk) }]
  const first = {
    SIGNING_KEYS: JSON.stringify({ keys }),
    ETLS_REFRESH: 'refresh tokens before the rotation 0123',
    GATEWAY_SECRET: 'gateway tokens before the rotation 0123',
  }
  const file = join(root, '.env.local')
  writeFileSync(
    file,
    Object.entries(first)
      .map(([name, value]) => `${name}='${value}'\n`)
      .join(''),
  )
  return {
    STORE_URL: `sqlite:${join(root, 'auth.db')}`,
    /** The environment that the parts read at their next start. */
    environment: () => {
      const values = parseEnv(readFileSync(file, 'utf8'))
      const keys = Object.fromEntries(KEYS.map((name) => [name, values[name] ?? '']))
      return { ...keys, NODE_ENV: 'test', STORE_URL: `sqlite:${join(root, 'auth.db')}` }
    },
    run: (...args: string[]) =>
      execute(process.execPath, [join(repository, 'scripts/main.mjs'), 'keys', ...args], {
        env: { PATH: process.env.PATH, NODE_ENV: 'test', EVERGATE_ROOT: root },
      }),
  }
}

type Environment = Readonly<Record<string, string>>

/** Part processes that end with the test, and may be restarted on the same port with another environment. */
async function restartable(start: (env: Environment, port?: number) => Promise<Running>, env: Environment) {
  let running = await start(env)
  const { url } = running
  onTestFinished(async () => void (await running.stop()))
  return {
    url,
    async restart(next: Environment) {
      await running.stop()
      running = await start(next, Number(new URL(url).port))
    },
  }
}

async function signIn(url: string): Promise<Tokens> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${url}/login`, { method: 'POST', headers, body: JSON.stringify(DEMO) })
  return (await response.json()) as Tokens
}

const outcome = async (url: string, cookie: string) =>
  (await fetch(`${url}/api/session`, { headers: { ...asApi, cookie } })).headers.get('x-session')

/** Renews at the app, as a browser would; the cookies it leaves with. */
async function renew(url: string, { refreshToken }: Tokens) {
  const response = await fetch(`${url}/api/session`, {
    headers: { ...asApi, cookie: cookieHeader({ refreshToken }) },
  })
  const cookies = setCookies(response)
  const value = (name: string) => cookies.get(name)?.value ?? ''
  return {
    outcome: response.headers.get('x-session'),
    tokens: { accessToken: value('accessToken'), refreshToken: value('refreshToken') },
    userData: `userDataEtls=${value('userDataEtls')}`,
  }
}

test('sessions go on through a rotation of all keys, and through the end of the old ones', async () => {
  const { environment, run } = await installation()
  const auth = await restartable(startAuthServer, environment())
  const appEnvironment = () => ({ ...environment(), NODE_ENV: 'production', REMOTE_API: auth.url })
  const app = await restartable(startApp, appEnvironment())
  const [waiting, moved] = [await signIn(auth.url), await renew(app.url, await signIn(auth.url))]
  const before = cookieHeader(moved.tokens, moved.userData)
  expect(await outcome(app.url, before)).toBe('active')

  await run('rotate')
  await Promise.all([auth.restart(environment()), app.restart(appEnvironment())])
  expect(await outcome(app.url, before), 'a token of the old signing key').toBe('active')
  const [first, second] = [await renew(app.url, waiting), await renew(app.url, moved.tokens)]
  expect([first.outcome, second.outcome], 'tokens of the old refresh secret').toEqual(['renewed', 'renewed'])
  await expect(run('retire')).rejects.toThrow('may live until')

  await run('retire', '--force')
  await Promise.all([auth.restart(environment()), app.restart(appEnvironment())])
  expect(await outcome(app.url, cookieHeader(first.tokens, first.userData))).toBe('active')
  expect((await renew(app.url, second.tokens)).outcome).toBe('renewed')
  // One that was not renewed between the two holds an access token of the old key: it is renewed, not thrown out.
  expect((await renew(app.url, first.tokens)).outcome).toBe('renewed')
})

test('staged, two auth servers on one store are restarted one after the other without a sign-out', async () => {
  const { environment, run } = await installation()
  const servers = [
    await restartable(startAuthServer, environment()),
    await restartable(startAuthServer, environment()),
  ] as const
  let token = (await signIn(servers[0].url)).refreshToken
  const refreshAtBoth = async (moment: string) => {
    for (const { url } of [...servers, ...servers]) {
      const headers = { cookie: `refreshToken=${token}` }
      const response = await fetch(`${url}/refreshtoken`, { method: 'POST', headers })
      expect(response.status, moment).toBe(200)
      const body = (await response.json()) as Tokens
      token = body.refreshToken
      for (const other of servers) {
        const me = await fetch(`${other.url}/me`, {
          headers: { authorization: `Bearer ${body.accessToken}` },
        })
        expect(me.status, `${moment}: the access token at the other server`).toBe(200)
      }
    }
  }
  await refreshAtBoth('before')
  for (const command of ['stage', 'rotate']) {
    await run(command)
    for (const server of servers) {
      await server.restart(environment())
      await refreshAtBoth(`after ${command}, while one server has not been restarted`)
    }
  }
})
