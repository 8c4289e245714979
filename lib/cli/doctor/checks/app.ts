import { isSessionCookieName } from '../../../gateway/cookies/session-cookies.ts'
import type { GatewaySettings } from '../../../gateway/options.ts'
import { ANY_REQUEST, signInPathFor } from '../../../gateway/response/sign-in-path.ts'
import type { Io } from '../../io.ts'
import type { Build } from '../build.ts'
import type { Check, Detail } from '../check.ts'
import type { Probe } from '../probe.ts'
import { isNotStored, probe } from '../probe.ts'

export type App = {
  readonly settings: GatewaySettings
  readonly base: string
  readonly pages: readonly Probe[]
}

const MAX_PAGES = 20

/**
 * Asks for the pages with an access token that is none. The gateway clears it, so that each answer sets a cookie: what is said
 * of those can be checked without a session.
 */
export async function askApp(
  io: Pick<Io, 'fetch' | 'clock'>,
  url: string,
  settings: GatewaySettings,
  build: Build | null,
): Promise<App> {
  const base = url.replace(/\/+$/, '')
  const pages = (build?.routes ?? [])
    .filter(({ kind, path }) => kind === 'page' && !/[[(]/.test(path))
    .map(({ path }) => path)
  const paths = [...new Set(['/', signInPathFor(settings, ANY_REQUEST), ...pages])].slice(0, MAX_PAGES)
  const name = settings.cookieNames.accessToken
  const headers = {
    cookie: `${name}=doctor; __Host-${name}=doctor`,
    accept: 'text/html',
    'sec-fetch-dest': 'document',
    'sec-fetch-mode': 'navigate',
  }
  const probes: Probe[] = []
  // One after the other: it is somebody's app, not a load test.
  for (const path of paths) {
    probes.push(await probe(io, base + (build?.basePath ?? '') + path, { headers }))
    if (probes[0]?.result === 'failed') break
  }
  return { settings, base, pages: probes }
}

type Answered = Extract<Probe, { result: 'answered' }>

/** One finding for all pages that have it. */
function onPages({ pages, base }: App, is: (page: Answered) => boolean, what: string, fix: string): Detail[] {
  const paths = pages.flatMap((page) =>
    page.result === 'answered' && is(page) ? [page.url.slice(base.length) || '/'] : [],
  )
  return paths.length > 0 ? [{ message: `${paths.slice(0, 5).join(', ')}: ${what}.`, fix }] : []
}

const sessionCookies = (page: Answered, settings: GatewaySettings) =>
  page.headers.getSetCookie().filter((cookie) => isSessionCookieName(cookie.split('=', 1)[0] ?? '', settings))

export const appChecks: readonly Check<App>[] = [
  {
    id: 'app-unreachable',
    title: 'the app answers',
    level: 'error',
    run: ({ pages: [first] }) =>
      first?.result === 'failed'
        ? [
            {
              message: `${first.url} cannot be reached: ${first.reason}.`,
              fix: 'Start the app, or give its address with --url.',
            },
          ]
        : [],
  },
  {
    id: 'app-error',
    title: 'no page answers with an error of its own',
    level: 'error',
    run: (app) =>
      onPages(
        app,
        ({ status }) => status >= 500,
        'answered with 500 or more',
        'Look into the log of the app; `degraded` in x-session means that it cannot reach the backend or its key set.',
      ),
  },
  {
    id: 'session-header-missing',
    title: 'every page goes through the gateway',
    level: 'error',
    run: (app) =>
      onPages(
        app,
        ({ status, headers }) => status < 500 && !headers.has('x-session'),
        'answered without x-session, so not through the gateway',
        'Look at the matcher in middleware.ts, and at caches in front of the app.',
      ),
  },
  {
    id: 'cookie-cacheable',
    title: 'nothing that sets cookies may be cached',
    level: 'error',
    run: (app) =>
      onPages(
        app,
        (page) => page.headers.getSetCookie().length > 0 && !isNotStored(page),
        'sets a cookie on a response that caches may keep, and hand to others',
        'Let nothing behind the gateway, in next.config headers or in a CDN replace its Cache-Control: private, no-store.',
      ),
  },
  {
    id: 'cookie-attributes',
    title: 'session cookies are HttpOnly, SameSite and, on https, Secure',
    level: 'error',
    run: (app) => {
      const isSecure = app.base.startsWith('https:')
      const isBare = (cookie: string) =>
        !/;\s*httponly/i.test(cookie) ||
        !/;\s*samesite=/i.test(cookie) ||
        (isSecure && !/;\s*secure/i.test(cookie))
      return onPages(
        app,
        (page) => sessionCookies(page, app.settings).some(isBare),
        `a session cookie lacks HttpOnly, SameSite${isSecure ? ' or Secure' : ''}`,
        'Behind a proxy that ends TLS set TRUST_PROXY=true, or COOKIE_SECURE=true; let no proxy rewrite Set-Cookie.',
      )
    },
  },
  {
    id: 'cookie-dropped',
    title: 'browsers keep each cookie',
    level: 'error',
    run: (app) =>
      onPages(
        app,
        ({ headers }) =>
          headers.getSetCookie().some((cookie) => (cookie.split(';')[0] ?? '').length - 1 > 4096),
        'sets a cookie of more than 4096 bytes, which browsers drop without a word',
        'Keep such data on the server, and a number for it in the cookie.',
      ),
  },
]
