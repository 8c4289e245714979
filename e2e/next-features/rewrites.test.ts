import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest'
import type { Tokens } from '../support/client.ts'
import {
  asApi,
  asDocument,
  cookieHeader,
  DEMO,
  expiredSession,
  setCookies,
  signInAtAuthServer,
} from '../support/client.ts'
import type { Running } from '../support/processes.ts'
import { startApp } from './support/app.ts'
import type { Place } from './support/place.ts'
import { startPlace } from './support/place.ts'
import { startStandalone } from './support/standalone.ts'
import { upgrade } from './support/upgrade.ts'

const features = inject('features')

let place: Place
let good: Tokens
let expired: Tokens
beforeAll(async () => {
  place = await startPlace(features)
  good = await signInAtAuthServer(place)
  expired = await expiredSession(place)
})
afterAll(() => place?.stop())
afterEach(() => {
  place.upstream.forget()
  place.line.forget()
})

const visit = (path: string, tokens: Partial<Tokens>, init: RequestInit = {}) =>
  fetch(place.app.url + path, {
    redirect: 'manual',
    ...init,
    headers: { ...asApi, ...init.headers, cookie: cookieHeader(tokens, 'theme=dark; userDataEtls=x') },
  })

const refreshes = () => place.line.calls('/refreshtoken').length

/** The only request that the other server was sent, which names no token but in `authorization`. */
function sentToUpstream() {
  const [request, ...more] = place.upstream.requests()
  expect(more).toEqual([])
  const { authorization, ...headers } = request?.headers ?? {}
  expect(JSON.stringify(headers)).not.toMatch(/accessToken|refreshToken|userDataEtls|eyJ/)
  return { ...request, authorization, cookie: headers.cookie }
}

describe('next.js #29488: rewrites() to another server', () => {
  test('a good token passes, and the other server is sent no cookie of the session', async () => {
    const answer = await visit('/legacy-api/items?page=2', good)
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([200, []])
    expect(sentToUpstream()).toMatchObject({ path: '/items?page=2', cookie: 'theme=dark' })
  })

  test('one’s own middleware may say who asks by a bearer token', async () => {
    await visit('/legacy-api/items', good)
    expect(sentToUpstream().authorization).toBe(`Bearer ${good.accessToken}`)
  })

  test('an expired one is answered 401, and nothing is spent: the next page renews, and the rewrite passes', async () => {
    const session = await expiredSession(place)
    place.line.forget()
    const refused = await visit('/legacy-api/items', session)
    expect([refused.status, refused.headers.getSetCookie(), refreshes()]).toEqual([401, [], 0])
    expect(await refused.json()).toEqual({ error: 'unauthenticated' })
    expect(place.upstream.requests()).toEqual([])
    const renewed = setCookies(await visit('/api/session', session)).get('accessToken')?.value ?? ''
    expect((await visit('/legacy-api/items', { accessToken: renewed })).status).toBe(200)
  })

  test('a document is answered 401, and goes on to the sign-in page, which renews', async () => {
    const session = await expiredSession(place)
    const refused = await visit('/legacy-api/page', session, { headers: asDocument })
    const [, target = ''] = /http-equiv="refresh" content="0;url=([^"]+)"/.exec(await refused.text()) ?? []
    expect([refused.status, target]).toEqual([401, '/login?returnTo=%2Flegacy-api%2Fpage'])
    const signIn = await visit(target, session, { headers: asDocument })
    expect(signIn.headers.get('x-session')).toBe('renewed')
  })

  test('a public one passes without a session, and nothing is spent', async () => {
    const answer = await visit('/open/items', expired)
    expect([answer.status, refreshes()]).toEqual([200, 0])
    expect(sentToUpstream().cookie).toBe('theme=dark')
  })

  test('conditions count: without its query the path is the app’s, and renews', async () => {
    const session = await expiredSession(place)
    expect((await visit('/partners/a?from=outside', session)).status).toBe(401)
    expect((await visit('/partners/a', session)).headers.get('x-session')).toBe('renewed')
  })

  test('a fallback is for paths that the app does not have', async () => {
    expect((await visit('/open/x/y', {})).status).toBe(200)
    expect(sentToUpstream().path).toBe('/open/x/y')
  })

  test('a rewrite of one’s own middleware that leads there is sent no cookie of the session either', async () => {
    expect((await visit('/detour/items', good)).status).toBe(200)
    expect(sentToUpstream()).toMatchObject({ path: '/items', cookie: 'theme=dark' })
  })
})

describe('next.js #96266: a rewrite of one’s own middleware to another server', () => {
  test('delivers a renewed session, under no-store', async () => {
    const answer = await visit('/elsewhere/items', await expiredSession(place))
    expect([answer.status, await answer.json()]).toEqual([200, { path: '/elsewhere/items' }])
    expect(answer.headers.get('cache-control')).toBe('private, no-store')
    expect([...setCookies(answer).keys()]).toContain('refreshToken')
    expect(sentToUpstream().cookie).toBe('theme=dark')
  })

  test('is the other server’s answer while the token is good', async () => {
    const answer = await visit('/elsewhere/items', good)
    expect(answer.headers.get('cache-control')).toBe('public, max-age=600')
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(sentToUpstream().cookie).toBe('theme=dark')
  })

  test.each(['good', 'expired'])('takes a body along, and hands on a redirect (%s)', async (state) => {
    const session = state === 'good' ? good : await expiredSession(place)
    const headers = { ...asApi, 'content-type': 'text/plain' }
    const posted = await visit('/elsewhere/items', session, {
      method: 'POST',
      headers,
      body: 'x'.repeat(100_000),
    })
    expect([posted.status, sentToUpstream().body]).toEqual([200, 'x'.repeat(100_000)])
    const moved = await visit('/elsewhere/redirects', session)
    expect([moved.status, moved.headers.get('location')]).toEqual([302, 'https://elsewhere.example/'])
  })
})

describe('next.js #33199: an upgrade', () => {
  const handshake = (path: string, tokens: Partial<Tokens>, url = place.app.url) =>
    upgrade(url + path, cookieHeader(tokens, 'theme=dark'))

  test.each(['/ws', '/own-ws'])(
    '%s with a good token is connected, without the session’s cookies',
    async (path) => {
      expect((await handshake(path, good)).status).toBe(101)
      expect(sentToUpstream().cookie).toBe('theme=dark')
    },
  )

  test.each(['/ws', '/own-ws', '/static', '/nowhere'])(
    '%s with an expired token is answered 401, and nothing is spent',
    async (path) => {
      const { status, headers } = await handshake(path, expired)
      expect([status, headers['www-authenticate'], headers['set-cookie'], refreshes()]).toEqual([
        401,
        'Bearer',
        undefined,
        0,
      ])
      expect(place.upstream.requests()).toEqual([])
    },
  )

  test('without any session it is answered 401', async () => {
    expect((await handshake('/ws', {})).status).toBe(401)
  })

  test('on a public path it is connected without a session, and nothing is spent', async () => {
    expect((await handshake('/open/ws', expired)).status).toBe(101)
    expect([sentToUpstream().cookie, refreshes()]).toEqual(['theme=dark', 0])
  })

  test('is answered on whichever address the server listens', async () => {
    const servers: Running[] = [
      await startApp(features, { ...place.env, REMOTE_API: place.line.url }, '127.0.0.1'),
      await startStandalone(features.folder, place),
    ]
    try {
      for (const { url } of servers) {
        expect((await handshake('/ws', expired, url)).status).toBe(401)
        expect((await handshake('/ws', good, url)).status).toBe(101)
      }
    } finally {
      await Promise.all(servers.map((server) => server.stop()))
    }
  })
})

test(`the person of all this is signed in to the end`, async () => {
  const answer = await visit('/api/session', expired)
  expect([answer.status, (await answer.json()).user.email]).toEqual([200, DEMO.email])
})
