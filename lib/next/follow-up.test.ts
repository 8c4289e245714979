import { NextRequest, NextResponse } from 'next/server'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { createTestSession } from '../testing/session.ts'
import type { OwnMiddleware } from './middleware.ts'
import { createGateway } from './middleware.ts'

const SECRET = 'a secret of the tests that is long enough'
beforeAll(() => {
  vi.stubEnv('ETLS_ACCESS', SECRET)
  vi.stubEnv('LOG_LEVEL', 'fatal')
})
afterAll(() => vi.unstubAllEnvs())

/** Next's request after an action that redirects: the action's headers, and those of its answer so far. */
const FOLLOW_UP = {
  rsc: '1',
  'x-action-redirect': '/next;push',
  'x-session': 'degraded',
  'server-timing': 'session;desc="degraded";dur=1',
}
const refresh = vi.fn(async () => ({ result: 'unavailable', reason: 'down' }) as const)

function follow(cookie: string, next?: OwnMiddleware): Promise<Response> {
  const request = new NextRequest('http://app.example/next', { headers: { ...FOLLOW_UP, cookie } })
  return createGateway({ backend: { refresh }, ...(next && { next }) })(request)
}

const seenByPage = (response: Response, name: string) => response.headers.get(`x-middleware-request-${name}`)

it.each<[string, OwnMiddleware | undefined]>([
  ['alone', undefined],
  ['with one’s own middleware', ({ headers }) => NextResponse.next({ request: { headers } })],
])(
  'the answer leaves `x-session` of the action’s answer as it is, and tells the page its own: %s',
  async (_name, next) => {
    const { cookieHeader } = await createTestSession({ accessSecret: SECRET })
    const response = await follow(cookieHeader, next)
    expect(response.headers.has('x-session')).toBe(false)
    expect(response.headers.has('server-timing')).toBe(false)
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    expect(seenByPage(response, 'x-session')).toBe('active')
    expect(seenByPage(response, 'server-timing')).toMatch(/^session;desc="active";dur=[\d.]+$/)
  },
)

it('nothing is renewed there: Next drops the cookies of that answer', async () => {
  const { cookieHeader } = await createTestSession({ accessSecret: SECRET, expiresIn: -60 })
  const response = await follow(`${cookieHeader}; refreshToken=r1`)
  expect([response.status, response.headers.getSetCookie()]).toEqual([401, []])
  expect(refresh).not.toHaveBeenCalled()
})
