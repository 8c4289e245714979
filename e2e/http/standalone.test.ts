import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../../scripts/testing/free-port.ts'
import {
  asApi,
  asDocument,
  asNavigation,
  cookieHeader,
  DEMO,
  expiredSession,
  setCookies,
  signInAtAuthServer,
} from '../support/client.ts'
import { fillLikeImage, readImage } from '../support/dockerfile.ts'
import { hiddenFields } from '../support/forms.ts'
import type { Running } from '../support/processes.ts'
import { runIn } from '../support/processes.ts'
import { findOnPath } from '../support/shared-cache.ts'
import type { Stack } from '../support/stack.ts'
import { startStack } from '../support/stack.ts'
import type { TlsProxy } from '../support/tls-proxy.ts'
import { startTlsProxy } from '../support/tls-proxy.ts'

// The steps of the Dockerfile, without Docker: what it copies, sets and starts is read from it. In CI a missing nginx is a failure.
const canRun = (findOnPath('nginx') && findOnPath('openssl')) || Boolean(process.env.CI)

let stack: Stack
const folders: string[] = []
beforeAll(async () => {
  stack = await startStack({ TRUST_PROXY: '1' })
})
afterAll(async () => {
  await stack.stop()
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})
afterEach(() => stack.line.set('connected'))

async function folderOf(target: 'app' | 'auth-server'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `evergate-${target}-`))
  folders.push(folder)
  fillLikeImage(readImage(target), folder)
  return folder
}

/** Starts the image's command in a folder of its own, with nothing of the repository around it. */
async function startApp(): Promise<Running> {
  const { env, command } = readImage('app')
  const port = await freePort()
  const settings = { ...stack.env, ...env, PORT: String(port), REMOTE_API: stack.line.url }
  return runIn(await folderOf('app'), command, settings, `http://127.0.0.1:${port}`, '/icon.svg')
}

const hostCookies = (...args: Parameters<typeof cookieHeader>) =>
  cookieHeader(...args).replaceAll(/(accessToken|refreshToken)=/g, '__Host-$1=')

describe('the images', () => {
  test('are built by the commands that made what is tested here', () => {
    expect(readImage('build').runs).toEqual(['npm ci', 'npm run build:standalone'])
    expect(readImage('app').copies).toEqual([{ from: '.next/standalone', to: './', made: true }])
    expect([...readImage('app').runs, ...readImage('auth-server').runs]).toEqual([])
  })

  test('run as somebody else than root', () => {
    expect([readImage('app').user, readImage('auth-server').user]).toEqual(['node', 'node'])
  })

  test('are sent nothing but what the list names, and no secrets with it', () => {
    const lines = readFileSync('.dockerignore', 'utf8').split('\n')
    const rules = lines.filter((line) => line !== '' && !line.startsWith('#'))
    expect(rules[0]).toBe('*')
    const lastAllowed = rules.findLastIndex((rule) => rule.startsWith('!'))
    for (const secret of ['**/.env*', '**/.data', '**/.vercel'])
      expect(rules.indexOf(secret)).toBeGreaterThan(lastAllowed)
    const allowed = rules.filter((rule) => rule.startsWith('!')).map((rule) => rule.slice(1))
    expect(allowed.filter((path) => !existsSync(path))).toEqual([])
  })
})

test('the folder of the app holds no file with secrets', async () => {
  const folder = await folderOf('app')
  expect(existsSync(join(folder, 'server.js'))).toBe(true)
  expect(readdirSync(folder).filter((name) => name.startsWith('.env'))).toEqual([])
})

test('the folder of the auth server is enough to run it', async () => {
  const { env, command } = readImage('auth-server')
  const folder = await folderOf('auth-server')
  // The image has the same packages from `npm ci --omit=dev`.
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))
  const port = await freePort()
  const settings = { ...stack.env, ...env, AUTH_PORT: String(port), STORE_URL: 'sqlite:auth.db' }
  const running = await runIn(folder, command, settings, `http://127.0.0.1:${port}`, '/readyz')
  expect((await fetch(`${running.url}/livez`)).status).toBe(200)
  expect(await running.stop()).toBe(0)
})

function connecting(address: string): Promise<'accepted' | 'refused'> {
  const { hostname, port } = new URL(address)
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname)
    socket.once('connect', () => {
      socket.destroy()
      resolve('accepted')
    })
    socket.once('error', () => resolve('refused'))
  })
}

test('SIGTERM lets a request in flight finish, and ends the app in order', async () => {
  const app = await startApp()
  const cookie = hostCookies(await signInAtAuthServer(stack))
  const held = stack.line.hold('/me')
  const headers = { ...asApi, cookie, 'x-forwarded-proto': 'https' }
  const inFlight = fetch(`${app.url}/api/backend/me`, { headers })
  await held.answered
  const ended = app.stop('SIGTERM')
  // By connections of their own: one that was kept alive, and busy when the signal came, would go on being served.
  await expect.poll(() => connecting(app.url), { timeout: 10_000 }).toBe('refused')
  held.letGo()
  expect((await inFlight).status).toBe(200)
  expect([0, 143]).toContain(await ended)
})

describe.skipIf(!canRun)('behind nginx, which ends TLS', () => {
  let app: Running
  let proxy: TlsProxy
  beforeAll(async () => {
    app = await startApp()
    proxy = await startTlsProxy(app.url)
  })
  afterAll(async () => {
    await proxy?.stop()
    await app?.stop()
  })

  test('signing in sets __Host- cookies, and with them the page is there', async () => {
    const form = hiddenFields(await (await proxy.ask('/login', { headers: asDocument })).text(), 'password')
    form.set('email', DEMO.email)
    form.set('password', DEMO.password)
    const headers = { ...asDocument, origin: proxy.url, 'sec-fetch-site': 'same-origin' }
    const answer = await proxy.ask('/login', { method: 'POST', headers, body: form })
    expect(answer.status).toBe(303)
    const cookies = setCookies(answer)
    expect([...cookies.keys()].sort()).toEqual([
      '__Host-accessToken',
      '__Host-knownDevice',
      '__Host-refreshToken',
      '__Host-userDataEtls',
    ])
    for (const { header } of cookies.values()) expect(header).toContain('; Secure')
    const cookie = [...cookies].map(([name, { value }]) => `${name}=${value}`).join('; ')
    const page = await proxy.ask('/dashboard', { headers: { ...asDocument, cookie } })
    expect([page.status, page.headers.get('x-session')]).toEqual([200, 'active'])
    expect(await page.text()).toContain(DEMO.email)
  })

  test.each(['/dashboard', '/me', '/api/session'])(
    '%s sees the renewed session in the same request',
    async (path) => {
      const session = await expiredSession(stack)
      const answer = await proxy.ask(path, { headers: { ...asApi, cookie: hostCookies(session) } })
      expect([answer.status, answer.headers.get('x-session')]).toEqual([200, 'renewed'])
      expect(setCookies(answer).get('__Host-refreshToken')?.value).not.toBe(session.refreshToken)
      expect(answer.headers.get('cache-control')).toBe('private, no-store')
    },
  )

  test('what the client says of the way it came counts for nothing', async () => {
    const lies = {
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-for': '1.2.3.4',
    }
    const cookie = hostCookies(await expiredSession(stack))
    stack.line.forget()
    const renewed = await proxy.ask('/api/session', { headers: { ...asApi, ...lies, cookie } })
    expect([...setCookies(renewed).keys()]).toContain('__Host-accessToken')
    expect(stack.line.calls('/refreshtoken')[0]?.headers['x-forwarded-for']).not.toContain('1.2.3.4')
    const refused = await proxy.ask('/dashboard', { headers: { ...asDocument, ...lies } })
    const location = new URL(refused.headers.get('location') ?? '', proxy.url)
    expect([location.origin, location.pathname]).toEqual([proxy.url, '/login'])
  })

  test('an answer streams: the first piece is there before the backend has the second', async () => {
    let finish = () => {}
    stack.line.set((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: first\n\n')
      finish = () => response.end('data: second\n\n')
    })
    const cookie = hostCookies(await signInAtAuthServer(stack))
    const answer = await proxy.ask('/api/backend/stream', { headers: { ...asApi, cookie } })
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
    expect((await reader?.read())?.value).toBe('data: first\n\n')
    finish()
    expect((await reader?.read())?.value).toBe('data: second\n\n')
  })

  test('the client’s files and the router’s data come through', async () => {
    const page = await (await proxy.ask('/', { headers: asDocument })).text()
    const file = /\/_next\/static\/[^"]+\.js/.exec(page)?.[0] ?? ''
    expect((await proxy.ask(file)).status).toBe(200)
    const cookie = hostCookies(await signInAtAuthServer(stack))
    const first = await proxy.ask('/dashboard', { headers: { ...asNavigation, cookie } })
    const data = await proxy.ask(first.headers.get('location') ?? '', {
      headers: { ...asNavigation, cookie },
    })
    expect(data.headers.get('content-type')).toContain('text/x-component')
  })
})
