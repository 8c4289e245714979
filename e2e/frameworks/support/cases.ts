import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createVisitor } from '../../backends/support/app.ts'
import {
  asApi,
  asDocument,
  cookieHeader,
  DEMO,
  expiredSession,
  signInAtAuthServer,
} from '../../support/client.ts'
import type { App } from './app.ts'
import { startFramework } from './app.ts'

type Running = Awaited<ReturnType<typeof startFramework>>

/** Everything that an app of a framework must do as one of Next does. */
export function describeFramework(app: App, more: (running: () => Running) => void = () => {}): void {
  describe(app.name, () => {
    let running: Running
    beforeAll(async () => {
      running = await startFramework(app)
    }, 120_000)
    afterAll(() => running?.stop())
    beforeEach(() => {
      running.line.set('connected')
      running.line.forget()
    })

    const signedIn = async () => {
      const visitor = createVisitor(running.url)
      const answer = await visitor.post('/sign-in', DEMO)
      expect(await answer.json()).toMatchObject({ user: { email: DEMO.email } })
      return visitor
    }
    const ask = (
      path: string,
      cookie: string,
      headers: Record<string, string> = asApi,
      init: RequestInit = {},
    ) => fetch(running.url + path, { redirect: 'manual', ...init, headers: { ...headers, cookie } })
    const renewals = () => running.line.calls('/refreshtoken').length
    const toldOf = async (type: string, before: number) =>
      expect.poll(() => running.eventsSince(before)).toContain(type)

    it('signs in, renews on the page that comes after the end, and signs out', async () => {
      const visitor = await signedIn()
      const first = await visitor.get('/dashboard')
      expect([first.status, first.headers.get('x-session')]).toEqual([200, 'active'])
      const { sid, user } = (await first.json()) as { sid: string; user: object }
      visitor.expire()
      const page = await visitor.get('/dashboard')
      expect([page.status, page.headers.get('x-session')]).toEqual([200, 'renewed'])
      expect(page.headers.get('cache-control')).toContain('no-store')
      expect(page.headers.getSetCookie().map((header) => header.split('=')[0])).toEqual(
        expect.arrayContaining(['accessToken', 'refreshToken']),
      )
      expect(page.headers.get('server-timing')).toContain('renewal;dur=')
      // The handler of this very request has the new session, and the request the new cookies.
      expect(await page.json()).toEqual({ sid, user, outcome: 'renewed', inCookies: true })
      const thief = visitor.copy()
      const gone = await visitor.post('/sign-out')
      expect([gone.status, gone.headers.get('cache-control')]).toEqual([204, 'private, no-store'])
      expect((await visitor.get('/dashboard')).headers.get('x-session')).toBe('anonymous')
      thief.expire()
      expect((await thief.get('/dashboard')).headers.get('x-session')).toBe('ended')
    })

    it('keeps tokens out of what a page may be sent', async () => {
      const answer = await createVisitor(running.url).post('/sign-in', DEMO)
      expect(Object.keys((await answer.json()) as object)).not.toContain('accessToken')
    })

    it('asks the backend once for parallel requests, and all have the new session', async () => {
      const visitor = await signedIn()
      visitor.expire()
      const cookie = [...visitor.jar].map(([name, value]) => `${name}=${value}`).join('; ')
      const pages = await Promise.all(Array.from({ length: 8 }, () => ask('/dashboard', cookie)))
      expect(pages.map(({ status }) => status)).toEqual(Array(8).fill(200))
      const sessions = (await Promise.all(pages.map((page) => page.json()))) as { inCookies: boolean }[]
      expect(sessions.every(({ inCookies }) => inCookies)).toBe(true)
      expect(renewals()).toBe(1)
    })

    it('refuses wrong credentials with a value, and sets nothing', async () => {
      const answer = await createVisitor(running.url).post('/sign-in', { ...DEMO, password: 'wrong' })
      expect([answer.status, answer.headers.getSetCookie()]).toEqual([401, []])
      expect(await answer.json()).toMatchObject({ code: 'invalid_credentials' })
    })

    it('hands a body on, renewed or not', async () => {
      const cookie = cookieHeader(await expiredSession(running))
      const init = { method: 'POST', body: 'note '.repeat(10_000) }
      const answer = await ask('/notes', cookie, { ...asApi, 'content-type': 'application/json' }, init)
      expect([answer.status, await answer.text()]).toEqual([200, init.body])
      expect(answer.headers.get('x-session')).toBe('renewed')
    })

    it('puts the cookies on a redirect of the app', async () => {
      const answer = await ask('/moved', cookieHeader(await expiredSession(running)))
      expect([answer.status, answer.headers.get('location')]).toEqual([302, 'http://localhost/elsewhere'])
      expect(answer.headers.getSetCookie().length).toBeGreaterThanOrEqual(2)
    })

    more(() => running)

    describe('outcomes', () => {
      it('active: nothing is set, and the backend is not asked', async () => {
        const before = running.logged()
        const answer = await ask('/dashboard', cookieHeader(await signInAtAuthServer(running)))
        expect([answer.headers.get('x-session'), answer.headers.getSetCookie()]).toEqual(['active', []])
        expect(renewals()).toBe(0)
        await toldOf('session.active', before)
      })

      it('renewed', async () => {
        const before = running.logged()
        const answer = await ask('/', cookieHeader(await expiredSession(running)))
        expect([answer.headers.get('x-session'), await answer.text()]).toEqual([
          'renewed',
          expect.stringContaining('Demo'),
        ])
        await toldOf('session.renewed', before)
      })

      it('anonymous: public pages pass, documents go to the sign-in page, calls are answered 401', async () => {
        const before = running.logged()
        expect(await (await ask('/', '')).text()).toContain('Hello stranger')
        const page = await ask('/dashboard?tab=2', '', asDocument)
        expect([page.status, page.headers.get('location')]).toEqual([
          303,
          '/login?returnTo=%2Fdashboard%3Ftab%3D2',
        ])
        const call = await ask('/dashboard', '')
        expect([call.status, await call.json()]).toEqual([401, { error: 'unauthenticated' }])
        expect(call.headers.get('www-authenticate')).toBe('Bearer')
        await toldOf('session.anonymous', before)
      })

      it('ended: the cookies are cleared', async () => {
        const before = running.logged()
        const session = await expiredSession(running)
        await fetch(`${running.auth.url}/logout`, {
          method: 'POST',
          headers: { cookie: cookieHeader(session) },
        })
        const ended = await ask('/dashboard', cookieHeader(session), asDocument)
        expect([ended.status, ended.headers.get('x-session')]).toEqual([303, 'ended'])
        expect(
          ended.headers.getSetCookie().filter((header) => /Max-Age=0/.test(header)).length,
        ).toBeGreaterThan(1)
        await toldOf('session.ended', before)
      })

      it('degraded: nobody is signed out', async () => {
        const session = await expiredSession(running)
        const before = running.logged()
        running.line.set('cut')
        const call = await ask('/dashboard', cookieHeader(session))
        expect([call.status, call.headers.get('x-session'), call.headers.getSetCookie()]).toEqual([
          503,
          'degraded',
          [],
        ])
        expect(call.headers.get('retry-after')).not.toBeNull()
        running.line.set('connected')
        await toldOf('session.degraded', before)
        await expect
          .poll(async () => (await ask('/dashboard', cookieHeader(session))).status, { timeout: 20_000 })
          .toBe(200)
      })

      it('refuses what another site sends, and a role that is missing', async () => {
        const before = running.logged()
        const cookie = cookieHeader(await signInAtAuthServer(running))
        const foreign = { ...asApi, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }
        const answer = await ask('/notes', cookie, foreign, { method: 'POST', body: 'x' })
        expect([answer.status, await answer.json()]).toMatchObject([403, { error: 'forbidden' }])
        expect((await ask('/admin', cookie)).status).toBe(403)
        await toldOf('origin.refused', before)
      })
    })
  })
}
