import { describe, expect, it } from 'vitest'
import { createHarness, KINDS, UNREACHABLE } from './testing/harness.ts'

const SHOP = 'https://shop.example'
const { backend, decisions, expired, send, token, valid } = await createHarness({ allowedOrigins: [SHOP] })

const corsOf = (response: Response | null) => ({
  origin: response?.headers.get('access-control-allow-origin') ?? null,
  credentials: response?.headers.get('access-control-allow-credentials') ?? null,
  vary: response?.headers.get('vary') ?? null,
})
const READABLE = { origin: SHOP, credentials: 'true', vary: 'Origin' }
const CLOSED = { origin: null, credentials: null, vary: 'Origin' }

describe('nextjs-auth0 #1603: a preflight reaches the app before any refusal', () => {
  const headers = { origin: 'https://any.example', 'access-control-request-method': 'POST' }

  it.each(['/dashboard', '/admin', '/renew', '/'])('%s', async (path) => {
    const outcome = await send(path, { method: 'OPTIONS', headers })
    expect(outcome).toMatchObject({ outcome: 'anonymous', refusal: null, setCookies: [], noStore: false })
  })

  it('without a session, whatever cookies somebody sends with it', async () => {
    const cookies = `theme=dark; accessToken=${await valid()}; refreshToken=r1; accessToken=twice`
    backend.calls.length = 0
    const outcome = await send('/admin', { method: 'OPTIONS', headers, cookies })
    expect(outcome).toMatchObject({ outcome: 'anonymous', session: null, refusal: null, setCookies: [] })
    expect(outcome.requestHeaders?.get('cookie')).toBe('theme=dark')
    expect(backend.calls).toEqual([])
    expect(decisions.at(-1)).toMatchObject({ type: 'session.anonymous', answer: 'pass', method: 'OPTIONS' })
  })

  it.each([
    ['another method', 'GET', headers],
    ['no Origin', 'OPTIONS', { 'access-control-request-method': 'POST' }],
    ['no method to ask for', 'OPTIONS', { origin: SHOP }],
  ])('%s is no preflight', async (_name, method, sent) => {
    expect(
      (await send('/dashboard', { method, headers: sent as Record<string, string> })).refusal?.status,
    ).toBe(401)
  })
})

describe('what the gateway itself answers can be read by pages of an allowed origin, and of no other', () => {
  const answers: [string, number, Parameters<typeof send>[0], Record<string, string>][] = [
    ['unauthenticated', 401, '/dashboard', KINDS.api],
    ['sent to sign in', 303, '/dashboard', KINDS.document],
  ]

  it.each(answers)('%s', async (_name, status, path, kind) => {
    const { refusal } = await send(path, { headers: { ...kind, origin: SHOP } })
    expect([refusal?.status, corsOf(refusal)]).toEqual([status, READABLE])
    for (const origin of ['https://evil.example', 'null', `${SHOP}.evil.example`, 'http://shop.example']) {
      const foreign = await send(path, { headers: { ...kind, origin } })
      expect([origin, corsOf(foreign.refusal)]).toEqual([origin, CLOSED])
    }
    expect(corsOf((await send(path, { headers: kind })).refusal)).toEqual(CLOSED)
  })

  it('a missing role', async () => {
    const cookies = { accessToken: await token({ roles: [] }) }
    const { refusal } = await send('/admin', { headers: { ...KINDS.api, origin: SHOP }, cookies })
    expect([refusal?.status, corsOf(refusal)]).toEqual([403, READABLE])
  })

  it('a backend that is down', async () => {
    const answer = backend.answer
    backend.answer = UNREACHABLE
    const cookies = { accessToken: await expired(), refreshToken: 'r1' }
    const { refusal } = await send('/dashboard', { headers: { ...KINDS.api, origin: SHOP }, cookies })
    backend.answer = answer
    expect([refusal?.status, corsOf(refusal)]).toEqual([503, READABLE])
  })

  it('without the option no answer depends on the origin', async () => {
    const closed = await createHarness()
    for (const method of ['GET', 'POST']) {
      const { refusal } = await closed.send('/dashboard', { method, headers: { ...KINDS.api, origin: SHOP } })
      expect(corsOf(refusal)).toEqual({ ...CLOSED, vary: null })
    }
  })
})

describe('requests that change something', () => {
  const post = (headers: Record<string, string>, cookies = {}) =>
    send('/dashboard', { method: 'POST', headers: { ...KINDS.api, ...headers }, cookies })

  it.each(['same-site', 'cross-site'])('%s: an allowed origin passes, another is refused', async (site) => {
    const cookies = { accessToken: await valid() }
    expect((await post({ 'sec-fetch-site': site, origin: SHOP }, cookies)).outcome).toBe('active')
    const refused = await post({ 'sec-fetch-site': site, origin: 'https://evil.example' }, cookies)
    expect([refused.refusal?.status, corsOf(refused.refusal)]).toEqual([403, CLOSED])
  })

  it('ASVS 3.5.1: an Origin of the same host passes with its own scheme alone', async () => {
    const plain = await createHarness()
    const tls = await createHarness({ cookieSecure: true })
    const proxied = await createHarness({ trustProxy: true })
    const statusOf = async (
      harness: typeof plain,
      origin: string,
      path = '/',
      headers: Record<string, string> = {},
    ) =>
      (await harness.send(path, { method: 'POST', headers: { ...KINDS.api, ...headers, origin } })).refusal
        ?.status
    expect(await statusOf(plain, 'http://app.test')).toBeUndefined()
    expect(await statusOf(plain, 'https://app.test')).toBe(403)
    expect(await statusOf(plain, 'https://app.test', 'https://app.test/')).toBeUndefined()
    expect(await statusOf(plain, 'http://app.test', 'https://app.test/')).toBe(403)
    // A proxy that ends TLS, and says so to nobody.
    expect(await statusOf(tls, 'https://app.test')).toBeUndefined()
    expect(await statusOf(tls, 'http://app.test')).toBe(403)
    const forwarded = { 'x-forwarded-proto': 'https' }
    expect(await statusOf(proxied, 'https://app.test', '/', forwarded)).toBeUndefined()
    expect(await statusOf(proxied, 'http://app.test', '/', forwarded)).toBe(403)
  })
})
