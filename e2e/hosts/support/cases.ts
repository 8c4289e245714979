import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createVisitor } from '../../backends/support/app.ts'
import {
  asApi,
  asDocument,
  asNavigation,
  cookieHeader,
  DEMO,
  expiredSession,
  setCookies,
  signInAtAuthServer,
} from '../../support/client.ts'
import type { Host, Place } from './place.ts'
import { startPlace } from './place.ts'

type Told = { name?: string; sid?: string; token: string; leaking: string[] }

/** What a host's limits take away. */
export type Limits = {
  /** Requests that run side by side share memory: one renewal for all. */
  readonly sharesMemory: boolean
  /** An answer reaches the visitor before it is complete. */
  readonly streams: boolean
}

/** What the gateway must do on a host as it does under `next start`. */
export function describeHost(host: Host, { sharesMemory, streams }: Limits): void {
  describe(host.name, () => {
    let place: Place
    beforeAll(async () => {
      await host.build()
      place = await startPlace(host)
    }, 300_000)
    afterAll(() => place?.stop())
    beforeEach(() => {
      place.line.set('connected')
      place.line.forget()
    })

    const ask = (
      path: string,
      cookie: string,
      headers: Record<string, string> = asApi,
      init: RequestInit = {},
    ) => fetch(place.url + path, { redirect: 'manual', ...init, headers: { ...headers, cookie } })
    const renewals = () => place.line.calls('/refreshtoken').length

    it('hides the cookies that it sets from the app, in the first request of an instance as in later ones', async () => {
      for (let request = 0; request < 2; request++) {
        const answer = await ask('/told', cookieHeader(await expiredSession(place)))
        const { name, leaking } = (await answer.json()) as Told
        expect([setCookies(answer).has('refreshToken'), name, leaking]).toEqual([true, 'Demo', []])
      }
    })

    it('passes a valid session on, and asks nobody', async () => {
      const answer = await ask('/told', cookieHeader(await signInAtAuthServer(place)))
      expect([answer.status, answer.headers.get('x-session')]).toEqual([200, 'active'])
      expect([answer.headers.getSetCookie(), renewals()]).toEqual([[], 0])
      expect(answer.headers.get('cache-control')).toContain('no-store')
    })

    it('renews an expired one: both cookies are set, and the handler has the new session', async () => {
      const answer = await ask('/told', cookieHeader(await expiredSession(place)))
      expect([answer.status, answer.headers.get('x-session')]).toEqual([200, 'renewed'])
      expect(answer.headers.get('cache-control')).toBe('private, no-store')
      const set = setCookies(answer)
      expect([...set.keys()]).toEqual(expect.arrayContaining(['accessToken', 'refreshToken']))
      for (const { header } of set.values())
        expect(header).toMatch(/; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax/)
      const told = (await answer.json()) as Told
      expect(told).toMatchObject({ name: 'Demo', token: set.get('accessToken')?.value.slice(-12) })
    })

    it('renders the page of the request that was renewed with the new session', async () => {
      const answer = await ask('/dashboard', cookieHeader(await expiredSession(place)), asDocument)
      expect([answer.status, answer.headers.get('x-session')]).toEqual([200, 'renewed'])
      expect(await answer.text()).toContain('Hello Demo')
      expect(setCookies(answer).has('refreshToken')).toBe(true)
    })

    it('answers a navigation of the router as a page', async () => {
      const cookie = cookieHeader(await expiredSession(place))
      const asked = await ask('/dashboard', cookie, asNavigation)
      // The router's requests carry a hash of their headers, which Next tells those that have none.
      const next = asked.headers.get('location')
      const answer = next ? await ask(next.replace(place.url, ''), cookie, asNavigation) : asked
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/x-component'])
      expect(await answer.text()).toContain('Hello Demo')
    })

    it('renews once for requests at the same time, and all have the new session', async () => {
      const cookie = cookieHeader(await expiredSession(place))
      const answers = await Promise.all(Array.from({ length: 8 }, () => ask('/told', cookie)))
      expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200))
      const told = (await Promise.all(answers.map((answer) => answer.json()))) as Told[]
      expect(told.every(({ name, leaking }) => name === 'Demo' && leaking.length === 0)).toBe(true)
      // Answers of the backend to one refresh token are the same child.
      expect(new Set(answers.map((answer) => setCookies(answer).get('refreshToken')?.value)).size).toBe(1)
      if (sharesMemory) expect(renewals()).toBe(1)
    })

    it('a visitor who leaves takes nobody’s renewal along', async () => {
      const cookie = cookieHeader(await expiredSession(place))
      const held = place.line.hold('/refreshtoken')
      const leaving = new AbortController()
      const first = ask('/told', cookie, asApi, { signal: leaving.signal }).catch(() => null)
      await expect.poll(renewals).toBe(1)
      const second = ask('/told', cookie)
      // It has reached the gateway, and waits as the first one does.
      await new Promise((resolve) => setTimeout(resolve, 300))
      leaving.abort()
      await first
      await new Promise((resolve) => setTimeout(resolve, 300))
      held.letGo()
      expect((await second).status).toBe(200)
    })

    it('refuses a stranger: a document goes to the sign-in page, a call is answered 401', async () => {
      const page = await ask('/dashboard?tab=2', '', asDocument)
      const [path, status] = [page.headers.get('location')?.replace(place.url, ''), page.status]
      expect([status, path]).toEqual([303, '/login?returnTo=%2Fdashboard%3Ftab%3D2'])
      const call = await ask('/told', '')
      expect([call.status, await call.json()]).toEqual([401, { error: 'unauthenticated' }])
      expect(await (await ask('/', '', asDocument)).text()).toContain('Hello stranger')
    })

    it('clears the cookies of a session that the backend has ended', async () => {
      const tokens = await expiredSession(place)
      const cookie = cookieHeader(tokens)
      await fetch(`${place.auth.url}/logout`, { method: 'POST', headers: { cookie } })
      const answer = await ask('/dashboard', cookie, asDocument)
      expect([answer.status, answer.headers.get('x-session')]).toEqual([303, 'ended'])
      const cleared = answer.headers.getSetCookie().filter((header) => header.includes('Max-Age=0'))
      expect(cleared.length).toBeGreaterThan(1)
    })

    it('signs in, and out: the session is over for a thief’s copy as well', async () => {
      const visitor = createVisitor(place.url)
      expect((await visitor.post('/sign-in', DEMO)).status).toBe(200)
      expect((await visitor.get('/told')).headers.get('x-session')).toBe('active')
      const thief = visitor.copy()
      expect((await visitor.post('/sign-out')).status).toBe(204)
      expect((await visitor.get('/told')).status).toBe(401)
      thief.expire()
      expect((await thief.get('/told')).headers.get('x-session')).toBe('ended')
    })

    it('refuses a session that was ended elsewhere, although its access token is good', async () => {
      const tokens = await signInAtAuthServer(place)
      const cookie = cookieHeader(tokens)
      expect((await ask('/told', cookie)).status).toBe(200)
      await fetch(`${place.auth.url}/logout`, { method: 'POST', headers: { cookie } })
      // The feed is asked in the background of requests, once a second.
      const status = async () => (await ask('/told', cookie)).status
      await expect.poll(status, { interval: 250, timeout: 10_000 }).toBe(401)
    })

    it('streams the answer of a renewed request', async () => {
      const answer = await ask('/stream', cookieHeader(await expiredSession(place)))
      expect(answer.headers.get('x-session')).toBe('renewed')
      const arrived: number[] = []
      let text = ''
      for await (const chunk of answer.body ?? []) {
        arrived.push(performance.now())
        text += Buffer.from(chunk).toString()
      }
      expect(text).toBe('first second')
      const spread = (arrived.at(-1) ?? 0) - (arrived[0] ?? 0)
      if (streams) expect(spread).toBeGreaterThan(500)
    })

    it('refuses a post of another site', async () => {
      const cookie = cookieHeader(await signInAtAuthServer(place))
      const headers = { ...asApi, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }
      const answer = await ask('/sign-out', cookie, headers, { method: 'POST' })
      expect([answer.status, await answer.json()]).toMatchObject([403, { error: 'forbidden' }])
    })

    it('believes none of the headers that the gateway or Next sets', async () => {
      const lies = {
        'x-session': 'active',
        'x-middleware-subrequest': 'middleware:middleware:middleware:middleware:middleware',
        'x-middleware-next': '1',
        'x-middleware-rewrite': '/dashboard',
        'x-middleware-override-headers': 'cookie',
      }
      for (const path of [
        '/told',
        '/dashboard',
        '/dashboard.rsc',
        '//dashboard',
        '/%64ashboard',
        '/dashboard/',
      ]) {
        const answer = await ask(path, '', { ...asApi, ...lies })
        expect(await answer.text(), path).not.toContain('Hello')
        expect(answer.status, path).not.toBe(200)
      }
    })

    it('signs nobody out while the backend is down, spares it, and goes on when it is back', async () => {
      const sessions = await Promise.all(Array.from({ length: 8 }, () => expiredSession(place)))
      const valid = cookieHeader(await signInAtAuthServer(place))
      place.line.set('cut')
      for (const session of sessions) {
        const answer = await ask('/told', cookieHeader(session))
        expect([answer.status, answer.headers.get('x-session')]).toEqual([503, 'degraded'])
        expect([answer.headers.getSetCookie(), answer.headers.get('retry-after')]).toEqual([
          [],
          expect.any(String),
        ])
      }
      expect((await ask('/told', valid)).status).toBe(200)
      if (sharesMemory) expect(place.output()).toContain('breaker.opened')
      place.line.set('connected')
      const last = cookieHeader(sessions[0] ?? {})
      await expect.poll(async () => (await ask('/told', last)).status, { timeout: 20_000 }).toBe(200)
    })
  })
}
