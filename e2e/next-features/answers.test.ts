import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { cookieHeader, signInAtAuthServer } from '../support/client.ts'
import type { Running } from '../support/processes.ts'
import { findOnPath, startSharedCache } from '../support/shared-cache.ts'
import type { Kind } from './support/kinds.ts'
import { kindsOf, mayBeShared, sessionCookies } from './support/kinds.ts'
import type { Place } from './support/place.ts'
import { startPlace } from './support/place.ts'
import { startStandalone } from './support/standalone.ts'
import { ask, openVisitor } from './support/visitor.ts'

// In CI a missing nginx is a failure.
const canRun = findOnPath('nginx') !== undefined || Boolean(process.env.CI)
const { folder, upstreamPort } = inject('features')

let place: Place
let standalone: Running
let cache: Running | undefined
let kinds: readonly Kind[]
beforeAll(async () => {
  place = await startPlace({ folder, upstreamPort })
  standalone = await startStandalone(folder, place)
  cache = canRun ? await startSharedCache(standalone.url) : undefined
  const cookie = cookieHeader(await signInAtAuthServer(place))
  const page = await fetch(`${place.app.url}/actions`, { headers: { cookie, accept: 'text/html' } })
  kinds = kindsOf(folder, await page.text())
})
afterAll(async () => {
  await cache?.stop()
  await standalone?.stop()
  await place?.stop()
})

const outline = ({ name, session, tells }: Kind, response: Response, spent: number) => ({
  name,
  status: response.status,
  session: tells ? session : response.headers.get('x-session'),
  cookies: sessionCookies(response).length > 0,
  spent: spent > 0,
})

const expected = ({ name, status, session }: Kind) => {
  const isRenewed = session === 'renewed'
  return { name, status, session, cookies: isRenewed, spent: isRenewed }
}

describe('next.js #70515, #96266: an expired session meets every kind of answer', () => {
  test.each(['next start', 'output: standalone'])(
    '%s: a refresh token is spent exactly where its child arrives, and no cache may keep that answer',
    async (server) => {
      const visit = await openVisitor(server === 'next start' ? place.app.url : standalone.url, place)
      const found: object[] = []
      for (const kind of kinds) {
        place.line.forget()
        const response = await visit(kind)
        found.push(outline(kind, response, place.line.calls('/refreshtoken').length))
        if (sessionCookies(response).length > 0)
          expect([kind.name, mayBeShared(response.headers.get('cache-control'))]).toEqual([kind.name, false])
      }
      expect(found).toEqual(kinds.map(expected))
    },
  )

  test('304: cookies leave under no-store, too', async () => {
    const visit = await openVisitor(place.app.url, place)
    for (const kind of kinds.filter(({ name }) =>
      ['static page', 'public file', 'ISR of the Pages Router'].includes(name),
    )) {
      const etag = (await visit(kind)).headers.get('etag') ?? ''
      const again = await visit(kind, { 'if-none-match': etag })
      expect([kind.name, again.status, again.headers.get('x-session')]).toEqual([kind.name, 304, 'renewed'])
      expect(sessionCookies(again).length).toBeGreaterThan(0)
      expect(mayBeShared(again.headers.get('cache-control'))).toBe(false)
    }
  })

  test('a token that is invalid is not cleared where caches may keep the answer', async () => {
    for (const kind of kinds) {
      const response = await ask(place.app.url, kind, { accessToken: 'x.y.z' })
      const isKept = mayBeShared(response.headers.get('cache-control'))
      expect([kind.name, isKept && sessionCookies(response).length > 0]).toEqual([kind.name, false])
    }
  })
})

describe.skipIf(!canRun)('behind nginx, which keeps all it may, for everybody', () => {
  test('no cookie of one visitor reaches another, whatever kind of answer it came on', async () => {
    const url = cache?.url ?? ''
    const [first, second] = [await openVisitor(url, place), await openVisitor(url, place)]
    const hits: string[] = []
    for (const kind of kinds.filter(({ method }) => method === undefined)) {
      await first(kind)
      for (const answer of [await second(kind), await ask(url, kind, {})]) {
        if (answer.headers.get('x-cache') !== 'HIT') continue
        hits.push(kind.name)
        expect([kind.name, sessionCookies(answer)]).toEqual([kind.name, []])
      }
    }
    // The cache does its work: it has kept what anybody may have.
    expect(hits).toEqual(expect.arrayContaining(['image optimizer', 'public rewrite to another server']))
  })
})
