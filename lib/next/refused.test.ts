import { NextRequest, NextResponse } from 'next/server'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createGateway } from './middleware.ts'
import type { Refused } from './refused.ts'

beforeAll(() => {
  vi.stubEnv('ETLS_ACCESS', 'a secret of the tests that is long enough')
  vi.stubEnv('LOG_LEVEL', 'fatal')
})
afterAll(() => vi.unstubAllEnvs())

/** A visitor whose session has just ended asks for a page. */
function ask(
  refused: Refused,
  accept = 'application/json',
  allowedOrigins: string[] = [],
): Promise<Response> {
  const backend = { refresh: async () => ({ result: 'refused', reason: 'session_revoked' }) as const }
  const headers = { accept, cookie: 'refreshToken=r1', origin: 'https://shop.example' }
  return createGateway({ backend, refused, allowedOrigins })(
    new NextRequest('http://app.example/private?a=b', { headers }),
  )
}

function expectSealed(response: Response): void {
  expect(response.headers.get('x-session')).toBe('ended')
  expect(response.headers.get('cache-control')).toBe('private, no-store')
  expect(response.headers.getSetCookie().join()).toContain('refreshToken=; Path=/; Max-Age=0')
}

describe('`refused` decorates the answer to a request that may not pass', () => {
  it('is told of the request, the outcome and the answer, and may change it in place', async () => {
    const response = await ask(({ nextUrl }, outcome, answer) => {
      answer.headers.set('x-why', `${outcome} ${answer.status} ${nextUrl.pathname}`)
      return undefined
    })
    expect([response.status, response.headers.get('x-why')]).toEqual([401, 'ended 401 /private'])
    expect(await response.json()).toEqual({ error: 'unauthenticated' })
    expectSealed(response)
  })

  it('what it returns leaves in its place, with the cookies of the session', async () => {
    const response = await ask(async () => Response.json({ code: 'E401' }, { status: 401 }))
    expect(await response.json()).toEqual({ code: 'E401' })
    expectSealed(response)
    const moved = await ask(() => NextResponse.redirect('http://app.example/welcome'), 'text/html')
    expect([moved.status, moved.headers.get('location')]).toEqual([307, 'http://app.example/welcome'])
    expectSealed(moved)
    const frozen = await ask(() => Response.redirect('http://app.example/welcome'), 'text/html')
    expectSealed(frozen)
  })

  it.each<[string, Refused]>([
    ['NextResponse.next()', () => NextResponse.next()],
    ['a rewrite', ({ url }) => NextResponse.rewrite(new URL('/open', url))],
    [
      'the header of one on the answer',
      (_request, _outcome, answer) => {
        answer.headers.set('x-middleware-next', '1')
        return answer
      },
    ],
  ])('it lets nothing pass: %s', async (_name, refused) => {
    const response = await ask(refused)
    expect(response.status).toBe(401)
    expect(response.headers.has('x-middleware-next')).toBe(false)
    expect(response.headers.has('x-middleware-rewrite')).toBe(false)
    expectSealed(response)
  })

  it('it sees the CORS headers, and they leave', async () => {
    const response = await ask((_request, _outcome, answer) => answer, 'text/html', ['https://shop.example'])
    expect(response.status).toBe(303)
    expect(response.headers.get('access-control-allow-origin')).toBe('https://shop.example')
    expect(response.headers.get('vary')).toBe('Origin')
  })

  it('it is not asked about requests that pass', async () => {
    const refused = vi.fn()
    await createGateway({ refused, rules: [{ path: '/', require: 'public' }] })(
      new NextRequest('http://app.example/'),
    )
    expect(refused).not.toHaveBeenCalled()
  })
})
