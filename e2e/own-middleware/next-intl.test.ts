import type { Browser, BrowserAnswer } from 'evergate/testing'
import { openBrowser } from 'evergate/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { DEMO } from '../support/accounts.ts'
import type { Running } from '../support/processes.ts'
import { BUILDS } from './support/build.ts'
import type { Place } from './support/place.ts'
import { startPlace } from './support/place.ts'

const MODES = ['always', 'as-needed', 'never'] as const
const FORMS = Object.entries(BUILDS).flatMap(([build, env]) => MODES.map((mode) => ({ build, env, mode })))

let place: Place
beforeAll(async () => {
  place = await startPlace()
})
afterAll(() => place.stop())

async function refreshCookie(): Promise<string> {
  const response = await fetch(`${place.auth.url}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(DEMO),
  })
  const { refreshToken } = (await response.json()) as { refreshToken: string }
  return `refreshToken=${refreshToken}`
}

const heading = ({ body }: BrowserAnswer) => /<h1>(.*?)<\/h1>/.exec(body)?.[1]?.replaceAll('<!-- -->', '')
const language = ({ body }: BrowserAnswer) => /<html lang="(..)"/.exec(body)?.[1]
const outcomeOf = ({ headers }: BrowserAnswer) => headers.get('x-session')

describe.each(FORMS)(
  'next-intl #243: next-intl in one’s own middleware, $build, localePrefix $mode',
  ({ env, mode }) => {
    const base = 'BASE_PATH' in env ? env.BASE_PATH : ''
    const slash = base ? '/' : ''
    /** A page's path, in German where paths have languages. */
    const at = (path: string) => `${base}${mode === 'never' ? '' : '/de'}${path}${slash}`
    const signIn = at('/login')

    let app: Running
    let browser: Browser
    beforeAll(async () => {
      app = await place.startApp({ ...env, LOCALE_PREFIX: mode })
    })
    afterAll(() => app.stop())
    beforeEach(() => {
      browser = openBrowser({ origin: app.url })
      return () => browser.close()
    })

    const german = { headers: { 'accept-language': 'de-AT, en;q=0.5' } }
    const open = (path: string, cookie?: string) =>
      browser.tab().open(path, { headers: { ...german.headers, ...(cookie && { cookie }) } })

    test('a visitor reaches the sign-in page of their language', async () => {
      for (const path of [at('/dashboard'), `${base}/dashboard${slash}`]) {
        const page = await open(path)
        expect([page.status, language(page), heading(page)]).toEqual([200, 'de', 'Anmelden'])
        const url = new URL(page.url)
        expect(url.pathname).toBe(signIn)
        // The way back, which Next puts below the basePath.
        expect(url.searchParams.get('returnTo')).toBe(path.slice(base.length))
      }
    })

    test('of the path’s language, whatever the browser’s', async () => {
      const page = await browser.tab().open(at('/dashboard'), { headers: { 'accept-language': 'en' } })
      expect([page.status, language(page)]).toEqual([200, mode === 'never' ? 'en' : 'de'])
    })

    test('of the language that was chosen before, when the path has none', async () => {
      const headers = { 'accept-language': 'en', cookie: 'NEXT_LOCALE=de' }
      const page = await browser.tab().open(`${base}/dashboard${slash}`, { headers })
      expect([page.status, language(page), heading(page)]).toEqual([200, 'de', 'Anmelden'])
    })

    test('a client-side navigation is refused, and an action is told the sign-in page', async () => {
      const navigation = await browser.tab().navigate(at('/dashboard'), german)
      expect([navigation.status, navigation.hops]).toEqual([401, []])
      const action = await browser
        .tab()
        .action(at('/dashboard'), { headers: { ...german.headers, 'next-action': '00' } })
      const [target] = action.headers.get('x-action-redirect')?.split('?') ?? []
      // The router puts it below the basePath.
      expect(`${base}${target}${slash}`).toBe(signIn)
    })

    test('requireSession() on a public path leads there, too, and signInPath() says so', async () => {
      const page = await open(at('/open'))
      expect([page.status, language(page), heading(page)]).toEqual([200, 'de', 'Anmelden'])
      expect(new URL(page.url).searchParams.get('returnTo')).toBe(at('/open').slice(base.length))
      expect(heading(await open(`${at('/open')}?where`))).toBe(mode === 'never' ? '/login' : '/de/login')
    })

    test('a renewal shows it the same request: no redirect, the same page, the same address', async () => {
      const renewed = await open(at('/dashboard'), await refreshCookie())
      const active = await open(at('/dashboard'))
      expect([outcomeOf(renewed), outcomeOf(active)]).toEqual(['renewed', 'active'])
      for (const page of [renewed, active]) {
        expect(page.hops).toEqual([])
        expect([page.status, language(page), heading(page)]).toEqual([200, 'de', 'Hallo, Demo'])
      }
      const seen = renewed.headers.get('x-seen')
      expect(seen).toBe(active.headers.get('x-seen'))
      expect(JSON.parse(seen ?? '')).toMatchObject({ basePath: base, href: app.url + at('/dashboard') })
    })

    test('a path without its language is redirected once, at a renewal as well', async () => {
      const path = `${base}/dashboard${slash}`
      const renewed = await open(path, await refreshCookie())
      const active = await open(path)
      expect(renewed.hops.map(({ url }) => url)).toEqual(mode === 'never' ? [] : [app.url + path])
      expect(active.hops.length).toBe(renewed.hops.length)
      for (const page of [renewed, active])
        expect([page.url, heading(page)]).toEqual([app.url + at('/dashboard'), 'Hallo, Demo'])
    })

    test('a rewrite of one’s own finds its page, at a renewal as well', async () => {
      const renewed = await open(`${base}/me${slash}`, await refreshCookie())
      const active = await open(`${base}/me${slash}`)
      expect([outcomeOf(renewed), outcomeOf(active)]).toEqual(['renewed', 'active'])
      for (const page of [renewed, active]) expect([page.status, heading(page)]).toEqual([200, 'Hello, Demo'])
    })

    test('public pages greet, renewed or not, and in the visitor’s language', async () => {
      expect(heading(await open(`${base}/`))).toBe('Niemand ist da.')
      const renewed = await open(`${base}/`, await refreshCookie())
      expect([renewed.status, language(renewed), heading(renewed)]).toEqual([200, 'de', 'Hallo, Demo'])
    })

    test('a rule with `:locale` in it holds in every language, and in none', async () => {
      const cookie = await refreshCookie()
      for (const path of ['/de/admin', '/en/admin', '/admin']) {
        const page = await open(`${base}${path}${slash}`, cookie)
        expect([path, page.status]).toEqual([path, 403])
      }
    })
  },
)
