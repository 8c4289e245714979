import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { asApi, cookieHeader, expiredSession, setCookies } from '../support/client.ts'
import type { Place } from './support/place.ts'
import { startPlace } from './support/place.ts'

let place: Place
beforeAll(async () => {
  place = await startPlace(inject('features'))
})
afterAll(() => place?.stop())

const SHOP = 'https://shop.example'

function ask(method: string, headers: Record<string, string>) {
  return fetch(`${place.app.url}/api/rates`, { method, headers: { ...asApi, ...headers } })
}

/** The headers that a browser reads before it lets a script of another site have an answer. */
const corsOf = ({ headers }: Response) => [
  headers.get('access-control-allow-origin'),
  headers.get('access-control-allow-credentials'),
]

describe('nextjs-auth0 #1603: a session path that another origin may call', () => {
  test('a preflight reaches the app, without a session', async () => {
    const preflight = { origin: SHOP, 'access-control-request-method': 'POST' }
    const answer = await ask('OPTIONS', preflight)
    expect([answer.status, answer.headers.get('access-control-allow-methods')]).toEqual([204, 'GET, POST'])
  })

  test('its POST is served with the session, which is renewed', async () => {
    const cookie = cookieHeader(await expiredSession(place))
    const answer = await ask('POST', { origin: SHOP, 'sec-fetch-site': 'same-site', cookie })
    expect([answer.status, corsOf(answer)]).toEqual([200, [SHOP, 'true']])
    expect([...setCookies(answer).keys()]).toContain('refreshToken')
  })

  test('a refusal can be read by it, and `refused` has added to it', async () => {
    const answer = await ask('POST', { origin: SHOP, 'sec-fetch-site': 'same-site' })
    expect([answer.status, corsOf(answer)]).toEqual([401, [SHOP, 'true']])
    expect(answer.headers.get('x-support')).toBe('help@shop.example')
  })

  test('any other origin is answered 403, and nothing is renewed', async () => {
    const cookie = cookieHeader(await expiredSession(place))
    place.line.forget()
    for (const origin of ['https://evil.example', 'https://shop.example.evil.example', 'null']) {
      const answer = await ask('POST', { origin, 'sec-fetch-site': 'cross-site', cookie })
      expect([answer.status, corsOf(answer), setCookies(answer).size]).toEqual([403, [null, null], 0])
    }
    expect(place.line.calls('/refreshtoken')).toEqual([])
  })
})
