import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { send } from '../../attack/target.ts'
import { asDocument } from '../../support/client.ts'
import type { Place } from './app.ts'
import type { Session } from './visit.ts'
import { cookieOf } from './visit.ts'

const FILES = {
  'app/api/backend/[...path]/route.ts': `import { createBackendProxy } from 'evergate/next'

const proxy = createBackendProxy()

export { proxy as GET, proxy as POST }
`,
  'app/seen/route.ts': `import { headers } from 'next/headers'

export const GET = async () => Response.json([...(await headers())])
`,
}

/** Gives the app a proxy, and a route that shows the headers it sees. Before the build. */
export function addTargets(app: string): void {
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(app, path)), { recursive: true })
    writeFileSync(join(app, path), text)
  }
}

/** Headers that somebody behind the gateway might believe. */
const LIES = {
  'x-session': 'active',
  'x-middleware-subrequest': 'middleware:middleware:middleware:middleware:middleware',
  'x-middleware-rewrite': '/dashboard',
  'x-middleware-next': '1',
  'x-middleware-override-headers': 'cookie',
  'x-original-url': '/about',
  'x-rewrite-url': '/about',
}

const PATHS = [
  '/dashboard/',
  '//dashboard',
  '/%64ashboard',
  '/./dashboard',
  '/login/..%2fdashboard',
  '/dashboard%2f',
  '/dashboard;x',
  '/_next/data/build/dashboard.json',
  '/dashboard.rsc',
  '/_next/../dashboard',
]

/** The attacks of `npm run attack` that an app of any Next can be put to. `visit` is a signed-in person's session. */
export function attacksHold(placeOf: () => Place, visit: () => Session): void {
  const target = () => ({ url: placeOf().app.url })
  const ask = (path: string, headers: Readonly<Record<string, string>> = {}) =>
    send(target(), path, { headers: { ...asDocument, ...headers } })

  it('held: a made-up header lets nobody in (CVE-2025-29927)', async () => {
    for (const path of ['/dashboard', '/seen', '/api/backend/me'])
      expect((await ask(path, LIES)).status, path).not.toBe(200)
  })

  it('held: no way of writing a path shows a page to a stranger (CWE-22)', async () => {
    for (const path of PATHS) expect((await ask(path)).body, path).not.toContain('Hello')
  })

  it('held: a forged access token lets nobody in (CWE-347)', async () => {
    const [header = '', payload = '', signature = ''] = (visit().get('accessToken') ?? '').split('.')
    const none = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')
    for (const forged of [
      `${none}.${payload}.`,
      `${none}.${payload}.${signature}`,
      `${header}.${payload}.`,
      `${header}.${payload}A.${signature}`,
      `${header}.${payload}.${signature}=`,
    ])
      expect((await ask('/dashboard', { cookie: `accessToken=${forged}` })).status, forged).toBe(303)
  })

  it('held: neither the API nor the app’s headers hold the new refresh token (CWE-200)', async () => {
    const { line } = placeOf()
    line.forget()
    const cookie = cookieOf(visit(), 'refreshToken')
    const fetched = { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors', accept: 'application/json' }
    const proxied = await send(target(), '/api/backend/me', { headers: { ...fetched, cookie } })
    const [, child = ''] = /refreshToken=([^;]+)/.exec(proxied.setCookies.join('\n')) ?? []
    expect([proxied.status, child === '']).toEqual([200, false])
    const calls = line.calls().filter(({ path }) => path === '/me')
    expect(calls.length).toBe(1)
    expect(JSON.stringify(calls)).not.toContain(child)
    const seen = await ask('/seen', { cookie: `refreshToken=${child}` })
    const [, grandchild = ''] = /refreshToken=([^;]+)/.exec(seen.setCookies.join('\n')) ?? []
    expect([seen.status, grandchild === '']).toEqual([200, false])
    const others = (JSON.parse(seen.body) as [string, string][]).filter(([name]) => name !== 'cookie')
    expect(JSON.stringify(others)).not.toContain(grandchild)
  })

  it('held: another site’s post changes nothing (CWE-352)', async () => {
    const headers = { ...asDocument, cookie: cookieOf(visit()), origin: 'https://evil.example' }
    for (const site of ['cross-site', 'same-site']) {
      const sent = { method: 'POST', headers: { ...headers, 'sec-fetch-site': site }, body: 'a=1' }
      for (const path of ['/dashboard', '/api/backend/logout'])
        expect((await send(target(), path, sent)).status, path).toBe(403)
    }
  })

  it('held: no returnTo leads to another site (CWE-601)', async () => {
    for (const path of ['//evil.example', '/%5cevil.example', '/%09/evil.example', '/https://evil.example'])
      for (const { headers } of [await ask(path), await ask(`/login?returnTo=${encodeURIComponent(path)}`)])
        expect(new URL(headers.location ?? '/', placeOf().app.url).host).toBe(new URL(placeOf().app.url).host)
  })
}
