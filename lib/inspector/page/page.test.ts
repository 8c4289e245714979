import type { ReactElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createTestSession } from '../../testing/session.ts'
import { Inspector, InspectorPage } from './index.ts'

const accessSecret = 'a secret of the tests that is long enough'
const visitor = vi.hoisted(() => ({ headers: {} as Record<string, string> }))
vi.mock('next/headers', async () => {
  const { RequestCookies } = await import('@edge-runtime/cookies')
  const headers = () => new Headers(visitor.headers)
  return { headers: async () => headers(), cookies: async () => new RequestCookies(headers()) }
})

const MARKED = { 'x-session-inspector': '/shop|/inspector' }
const signedIn = async () => ({
  cookie: (await createTestSession({ accessSecret, user: { id: 'u1', name: 'Ann' } })).cookieHeader,
})
const NOT_FOUND = { digest: 'NEXT_HTTP_ERROR_FALLBACK;404' }

/** The content of a `<Suspense>`, as the server makes it. */
function drawn(boundary: ReactElement): Promise<ReactElement> {
  const { type, props } = (boundary.props as { children: Awaitable }).children
  return type(props)
}
type Awaitable = { type: (props: object) => Promise<ReactElement>; props: object }

beforeEach(() => {
  vi.stubEnv('ETLS_ACCESS', accessSecret)
  visitor.headers = {}
})

describe('the page is 404', () => {
  it.each<[title: string, headers: () => Promise<Record<string, string>>]>([
    ['without the word of the gateway', signedIn],
    ['without a session, whatever a client says', async () => MARKED],
    ['with a word that is none', async () => ({ ...(await signedIn()), 'x-session-inspector': 'yes' })],
  ])('%s', async (_title, headers) => {
    visitor.headers = await headers()
    await expect(drawn(InspectorPage())).rejects.toMatchObject(NOT_FOUND)
    await expect(drawn(Inspector({}))).rejects.toMatchObject(NOT_FOUND)
  })
})

it('the page has a heading and landmarks, and sections of the app where they were put', async () => {
  visitor.headers = { ...MARKED, ...(await signedIn()) }
  expect(renderToStaticMarkup(await drawn(InspectorPage()))).toMatch(
    /^<main class="evi evi-page"><h1 .*Inspector<\/h1>/,
  )
  const html = renderToStaticMarkup(await drawn(Inspector({ children: 'of the app' })))
  expect(html.match(/<h2[^>]*>([^<]+)/g)).toHaveLength(4)
  expect(html.indexOf('</figure>of the app<section')).toBeGreaterThan(0)
})
