import { describe, expect, it } from 'vitest'
import { startServer } from '../testing/harness.ts'

/*
 * Refreshes as gateways send them are answered ahead of Express; the same path with a slash at its end is answered by Express. A replay within the
 * grace has the same child, so one token can be presented both ways.
 */

type Server = Awaited<ReturnType<typeof startServer>>
type Request = { readonly cookie?: string; readonly headers?: Record<string, string> }

const ABSENT: Request = {}
const FOREIGN: Request = { cookie: `refreshToken=e1.${'a'.repeat(22)}.0.aaaaaaaa.${'a'.repeat(43)}` }
const AMBIGUOUS: Request = { cookie: 'refreshToken=a; refreshToken=b' }

async function bothWays(server: Server, request: Request) {
  const answers = []
  for (const path of ['/refreshtoken', '/refreshtoken/']) {
    const { status, headers, body, setCookies } = await server.post(path, request)
    const { accessToken, ...rest } = body
    expect(typeof accessToken).toBe(status === 200 ? 'string' : 'undefined')
    const cookies = setCookies.map((cookie) => cookie.replace(accessToken, '…'))
    const others = [...headers].filter(([name]) => name !== 'date' && name !== 'set-cookie')
    answers.push({ status, body: rest, cookies, headers: Object.fromEntries(others) })
  }
  return answers
}

describe('a refresh is answered alike ahead of Express and by it', () => {
  it.each([
    [401, 'without a token', ABSENT],
    [403, 'with a token of somebody else', FOREIGN],
    [403, 'with two tokens', AMBIGUOUS],
  ])('%i %s', async (status, _title, request) => {
    const [ahead, byExpress] = await bothWays(await startServer(), request)
    expect(ahead?.status).toBe(status)
    expect(ahead).toEqual(byExpress)
  })

  it.each(['http', 'https'])('200, by way of a proxy that was reached over %s', async (scheme) => {
    const server = await startServer({ environment: { TRUST_PROXY: '1' } })
    const { refreshToken } = await server.newcomer()
    const headers = { 'x-forwarded-for': '198.51.100.7', 'x-forwarded-proto': scheme }
    const cookie = `refreshToken=${refreshToken}`
    const [ahead, byExpress] = await bothWays(server, { cookie, headers })
    expect(ahead).toEqual(byExpress)
    expect(ahead?.status).toBe(200)
    expect(ahead?.cookies.map((cookie) => cookie.endsWith('; Secure'))).toEqual(
      [0, 1].map(() => scheme === 'https'),
    )
    const events = ['"rotated"', '"replayed"'].map((event) => server.linesWith(event)[0])
    expect(events).toMatchObject([{ address: '198.51.100.7' }, { address: '198.51.100.7' }])
  })

  it('503 while the store is out of reach, and then 200', async () => {
    const server = await startServer()
    const { refreshToken } = await server.newcomer()
    const { renew } = server.store.sessions
    server.store.sessions.renew = () => Promise.reject(new Error('the store is on fire'))
    const cookie = `refreshToken=${refreshToken}`
    const [ahead, byExpress] = await bothWays(server, { cookie })
    expect(ahead).toEqual(byExpress)
    expect(ahead?.status).toBeGreaterThanOrEqual(500)
    expect(server.linesWith('the store is on fire')).toHaveLength(2)
    server.store.sessions.renew = renew
    expect((await server.refresh(refreshToken)).status).toBe(200)
  })
})

it('is logged with its path, and in the trace of its caller', async () => {
  const server = await startServer()
  const { refreshToken } = await server.newcomer()
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01` }
  await server.post('/refreshtoken', { refreshToken, headers })
  await expect
    .poll(() => server.linesWith('"request"').at(-1))
    .toMatchObject({ traceId, method: 'POST', path: '/refreshtoken', status: 200 })
  expect(server.linesWith('"rotated"')).toMatchObject([{ traceId }])
})
