import { afterEach, expect, it, vi } from 'vitest'
import type { Revocation } from '../gateway/decision/revocation.ts'
import { createTestSession } from '../testing/session.ts'
import { appWith, createVisitor } from './testing/app-side.ts'

const visitor = createVisitor()
vi.mock('next/headers', () => visitor.nextHeaders)
vi.mock('next/server', async (original) => ({ ...(await original<object>()), connection: async () => {} }))

const accessSecret = 'the secret of access tokens, for tests'
afterEach(() => {
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
  Reflect.deleteProperty(globalThis, Symbol.for('evergate.revocation'))
})

/** An app whose visitor is signed in, and by whose feed these sessions have ended. */
async function appOf(...ended: readonly ('theirs' | 'another')[]) {
  const session = await createTestSession({ accessSecret, user: { id: 'u1', name: 'Ann' } })
  visitor.jar.clear()
  for (const [name, value] of Object.entries(session.cookies)) visitor.jar.set(name, value)
  const { app } = await appWith({}, { ETLS_ACCESS: accessSecret, REMOTE_API: 'http://api.test' })
  const reasonFor = (subject: string) =>
    ended.includes('theirs') && subject === 'u1' ? 'user-disabled' : null
  const revocation: Revocation = {
    open: () => ({
      look: (claims) => ({ endedBy: claims && reasonFor(claims.subject), told: null, isStale: false }),
      told: ({ subject }) => reasonFor(subject),
    }),
  }
  app.honourEnded(revocation)
  const sent: (string | null)[] = []
  vi.stubGlobal('fetch', async (_url: URL, init: RequestInit) => {
    sent.push(new Headers(init.headers).get('authorization'))
    return Response.json({})
  })
  const proxy = () =>
    app.createBackendProxy()(new Request('http://app.test/api/backend/me'), {
      params: Promise.resolve({ path: ['me'] }),
    })
  return { app, sent, proxy }
}

it('the app’s side knows no session that has ended: no page, no call of the API, and no proxy', async () => {
  const { app, sent, proxy } = await appOf('theirs')
  expect(await app.getSession()).toBeNull()
  await expect(app.requireSession()).rejects.toMatchObject({ digest: expect.stringContaining('/login') })
  await app.backendFetch('/me')
  expect(sent).toEqual([null])
  expect((await proxy()).status).toBe(401)
  expect(sent).toHaveLength(1)
})

it('and knows all others', async () => {
  const { app, sent, proxy } = await appOf('another')
  expect(await app.getSession()).toMatchObject({ user: { id: 'u1' } })
  expect((await proxy()).status).toBe(200)
  expect(sent).toEqual([expect.stringMatching(/^Bearer ./)])
})
