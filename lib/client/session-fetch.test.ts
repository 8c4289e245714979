import { afterEach, expect, it, vi } from 'vitest'
import { sessionFetch } from './session-fetch.ts'

afterEach(() => vi.unstubAllGlobals())

const CHALLENGE = 'Bearer error="insufficient_user_authentication", max_age="300"'

it('RFC 9470: a challenge to sign in again is the answer; no renewal brings that', async () => {
  vi.stubGlobal('location', new URL('http://app.test/page'))
  const renew = vi.fn(async () => 'renewed' as const)
  const seen = vi.fn((response: Response) => response)
  const send = vi.fn(async () => {
    const response = Response.json(
      { error: 'x' },
      { status: 401, headers: { 'www-authenticate': CHALLENGE } },
    )
    Object.defineProperty(response, 'url', { value: 'http://app.test/api/pay' })
    return response
  })
  const response = await sessionFetch({ send, mark: () => 0, renew, seen }, 'http://app.test/api/pay')
  expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, CHALLENGE])
  expect([send.mock.calls.length, renew.mock.calls.length]).toEqual([1, 0])
  expect(seen).toHaveBeenCalledWith(response)
})
