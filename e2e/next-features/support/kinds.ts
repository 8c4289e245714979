import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { asApi, asDocument, asNavigation, asPrefetch } from '../../support/client.ts'

/** A kind of answer that Next can give, and what becomes of an expired session there. */
export type Kind = {
  readonly name: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly method?: string
  readonly body?: string | FormData
  readonly status: number
  /** `x-session`; null where Next drops the middleware's headers. */
  readonly session: 'renewed' | 'anonymous' | null
  /** `x-session` is not this request's: Next asks for the next page, and answers with both. */
  readonly tells?: 'of the page it leads to'
}

const page = (name: string, path: string, status = 200): Kind => ({
  name,
  path,
  headers: asDocument,
  status,
  session: 'renewed',
})
const file = (name: string, path: string): Kind => ({ ...page(name, path), headers: asApi })
const withoutCookies = (kind: Kind, status = kind.status): Kind => ({ ...kind, status, session: 'anonymous' })
/** Next answers before, or without, the gateway. */
const byNext = (kind: Kind, status = kind.status): Kind => ({ ...kind, status, session: null })

/** Kinds of answers of the fixture app, built in `folder`. `html` is its page `/actions`. */
export function kindsOf(folder: string, html: string): readonly Kind[] {
  const data = `/_next/data/${readFileSync(join(folder, '.next/BUILD_ID'), 'utf8').trim()}`
  const [script = ''] = /\/_next\/static\/[^"\\]+\.js/.exec(html) ?? []
  const [save = '', touch = ''] = [...html.matchAll(/name="\$ACTION_ID_(\w+)"/g)].map(([, id]) => id ?? '')
  const form = new FormData()
  form.set(`$ACTION_ID_${save}`, '')
  const sameSite = { 'sec-fetch-site': 'same-origin' }
  return [
    page('static page', '/static'),
    page('public static page', '/'),
    page('dynamic page (PPR)', '/dynamic'),
    page('page with a shell (PPR)', '/shell'),
    page('ISR by `use cache`', '/cached'),
    page('ISR of the Pages Router', '/legacy/isr'),
    page('parallel routes', '/parallel'),
    page('page with a parameter', '/photos/1'),
    page('redirect of a page', '/redirects', 307),
    byNext(page('redirect of next.config', '/moved', 307)),
    page('404', '/nowhere', 404),
    page('not found in the middle of a page', '/missing'),
    page('error in the middle of a page', '/fails'),
    { ...page('error 500', '/api/fails', 500), method: 'POST', headers: { ...asApi, ...sameSite } },
    page('draft mode', '/draft'),
    page('redirect into draft mode', '/draft/enable', 307),
    { ...page('HEAD', '/dynamic'), method: 'HEAD' },
    file('route handler', '/api/plain'),
    file('route handler that is public for ten minutes', '/api/handler'),
    file('route handler with after()', '/api/after'),
    {
      ...page('server action', '/actions'),
      method: 'POST',
      headers: { ...asApi, ...sameSite, 'next-action': touch },
      body: '[]',
    },
    {
      ...page('server action that redirects', '/actions'),
      method: 'POST',
      headers: { ...asApi, ...sameSite, 'next-action': save },
      body: '[]',
      tells: 'of the page it leads to',
    },
    {
      ...page('form of a server action', '/actions', 303),
      method: 'POST',
      headers: { ...asDocument, ...sameSite },
      body: form,
    },
    { ...page('navigation', '/dynamic'), headers: asNavigation },
    { ...page('navigation to a static page', '/static'), headers: asNavigation },
    {
      ...page('prefetch', '/dynamic'),
      headers: { ...asPrefetch, 'next-router-segment-prefetch': '/_tree' },
    },
    file('robots.txt', '/robots.txt'),
    file('sitemap.xml', '/sitemap.xml'),
    file('manifest', '/manifest.webmanifest'),
    file('icon', '/icon.svg'),
    file('image for links', '/opengraph-image'),
    file('public file', '/photo.png'),
    file('font', '/letters.woff2'),
    { ...file('service worker', '/sw.js'), headers: { 'service-worker': 'script', ...asApi } },
    withoutCookies(file('image optimizer', '/_next/image?url=%2Fphoto.png&w=32&q=75')),
    withoutCookies(file('file of the build', script)),
    page('rewrite within the app', '/inside'),
    file('own rewrite to another server', '/elsewhere/x'),
    file('own rewrite to another server that sets cookies', '/elsewhere/sets-cookie'),
    withoutCookies(file('rewrite to another server', '/legacy-api/x'), 401),
    withoutCookies(file('rewrite to another server by a query', '/partners/a?from=outside'), 401),
    withoutCookies(page('rewrite of a document to another server', '/legacy-api/page'), 401),
    byNext(file('public rewrite to another server', '/open/x')),
    byNext(file('public rewrite to another server that sets cookies', '/open/sets-cookie')),
    withoutCookies(page('page of the Pages Router that is public for ten minutes', '/legacy/server')),
    withoutCookies({
      ...file('its data', `${data}/legacy/server.json`),
      headers: { ...asApi, 'x-nextjs-data': '1' },
    }),
    {
      ...file('data of the Pages Router', `${data}/legacy/isr.json`),
      headers: { ...asApi, 'x-nextjs-data': '1' },
    },
    withoutCookies(file('API route that is public for ten minutes', '/api/legacy'), 401),
  ]
}

/** RFC 9111 3: nothing that says `no-store` or `private`. */
export const mayBeShared = (cacheControl: string | null) => !/\b(no-store|private)\b/.test(cacheControl ?? '')

const SESSION = /^(__Host-)?(accessToken|refreshToken|userDataEtls|signedOut)(\.\d+)?=/

/** The session's cookies among those that an answer sets. */
export const sessionCookies = (response: Response) =>
  response.headers.getSetCookie().filter((cookie) => SESSION.test(cookie))
