import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Kind } from './kinds.ts'
import { imitatedKinds, realKinds } from './kinds.ts'
import { buildApp, createVisitor, startApp } from './support/app.ts'

beforeAll(buildApp, 240_000)

const kinds = [...realKinds, ...imitatedKinds].filter(({ missing }) => missing === undefined)

describe.each(kinds)('$name, unchanged', (kind: Kind) => {
  let backend: Awaited<ReturnType<Kind['start']>>
  let app: Awaited<ReturnType<typeof startApp>>
  beforeAll(async () => {
    backend = await kind.start()
    app = await startApp(kind.name, backend.url)
  })
  afterAll(async () => {
    await app.stop()
    await backend.stop()
  })

  const refreshes = () => app.line.calls(kind.refresh).length
  const signedIn = async () => {
    const visitor = createVisitor(app.url)
    const answer = await visitor.post('/sign-in', kind.credentials)
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('"id"')])
    return visitor
  }

  it('signs in, calls the API, renews twice, signs out, and a copied refresh cookie is dead', async () => {
    const visitor = await signedIn()
    const who = await (await visitor.get(`/who?path=${kind.api}`)).json()
    expect(who).toMatchObject({ api: 200, roles: kind.roles, ...(kind.id && { id: kind.id }) })
    // Next redirects a path with a slash at its end to that without.
    expect((await visitor.get(`/api/backend${kind.api.replace(/\/$/, '')}`)).status).toBe(200)
    for (let round = 0; round < 2; round += 1) {
      visitor.expire()
      const page = await visitor.get('/dashboard')
      expect([page.status, page.headers.get('x-session')]).toEqual([200, 'renewed'])
      const again = await (await visitor.get(`/who?path=${kind.api}`)).json()
      expect(again).toMatchObject({ api: 200, id: who.id, sid: who.sid, roles: kind.roles })
    }
    const thief = visitor.copy()
    expect((await visitor.post('/sign-out')).status).toBe(204)
    expect((await visitor.get('/who')).status).toBe(401)
    thief.expire()
    const stolen = await thief.get('/who')
    if (kind.revokes) expect([stolen.status, stolen.headers.get('x-session')]).toEqual([401, 'ended'])
  })

  it('50 parallel requests of one browser at expiry: one refresh call, and everybody is served', async () => {
    const visitor = await signedIn()
    visitor.expire()
    const before = refreshes()
    const copies = Array.from({ length: 50 }, () => visitor.copy())
    const answers = await Promise.all(copies.map((copy) => copy.get(`/who?path=${kind.api}`)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    const isOwnRoute = kind.api === kind.refresh
    if (!isOwnRoute) expect(refreshes() - before).toBe(1)
  })

  it('wrong credentials are a value, and a throttled or broken refresh signs no one out', async () => {
    const visitor = await signedIn()
    if (Object.keys(kind.credentials).length > 0) {
      const wrong = Object.fromEntries(
        Object.entries(kind.credentials).map(([name, value]) => [name, `${value}x`]),
      )
      expect((await createVisitor(app.url).post('/sign-in', wrong)).status).toBe(401)
    }
    visitor.expire()
    for (const status of [429, 500, 502, 400]) {
      app.line.set(
        (_request, response) =>
          void response.writeHead(status, { 'content-type': 'text/html' }).end('<h1>Sorry</h1>'),
      )
      const answer = await visitor.get('/dashboard')
      expect([status, answer.status, answer.headers.get('x-session')]).toEqual([status, 503, 'degraded'])
    }
    app.line.set('connected')
    await expect.poll(async () => (await visitor.get('/dashboard')).status, { timeout: 15_000 }).toBe(200)
  })

  it(`takes at most ${kind.lines} ${kind.lines === 1 ? 'line' : 'lines'}`, () => {
    const text = readFileSync(join(import.meta.dirname, 'app/backends', `${kind.name}.ts`), 'utf8')
    const [, description = ''] = /apiBackend\(([\s\S]*)\)/.exec(text) ?? []
    const lines = description.split('\n').filter((line) => /\w/.test(line))
    expect(lines.length).toBeLessThanOrEqual(kind.lines)
  })
})
