import { describe, expect, it } from 'vitest'
import type { GatewayOptions } from '../options.ts'
import { resolveOptions } from '../options.ts'
import { cookiesIn, createHarness, KINDS, refusing, UNREACHABLE } from '../testing/harness.ts'
import { createIssuer } from '../testing/issuer.ts'
import { createGatewayTokens } from '../token/gateway-token.ts'
import { signSignedOutMark } from '../token/signed-out.ts'

const PROTECTED = '/dashboard'

/** A gateway whose backend is down, and a browser whose access token ended `ago` seconds ago. */
async function inAnOutage(options: Partial<GatewayOptions> = {}, ago = 60) {
  const harness = await createHarness(options)
  const { backend } = harness
  const up = backend.answer
  backend.answer = UNREACHABLE
  const cookies = { accessToken: await harness.expired(ago), refreshToken: 'r1' }
  const gatewayTokens = createGatewayTokens(
    resolveOptions({ remoteApi: '', keys: backend.issuer.keys, ...options }),
  )
  return { ...harness, gatewayTokens, cookies, recover: () => (backend.answer = up) }
}

describe('degraded (authkit-nextjs #461: an outage logs nobody out)', () => {
  it('no cookie is touched, whatever the path and the kind of request', async () => {
    const { cookies, send } = await inAnOutage()
    for (const path of ['/', PROTECTED, '/admin'])
      for (const headers of Object.values(KINDS))
        expect(await send(path, { headers, cookies })).toMatchObject({ outcome: 'degraded', setCookies: [] })
  })

  it('authkit-nextjs #452: an expiring token goes on, and its page is served', async () => {
    const { expiring, send } = await inAnOutage()
    const accessToken = await expiring()
    expect(await send(PROTECTED, { cookies: { accessToken, refreshToken: 'r1' } })).toMatchObject({
      outcome: 'degraded',
      refusal: null,
      session: { accessToken },
    })
  })

  it.each([
    [8_900, null],
    [9_000, 503],
    [11_000, 503],
  ])('one that has hardly a second left after %i ms of trying is not passed on: %s', async (took, status) => {
    const { backend, clock, expiring, send } = await inAnOutage()
    backend.answer = () => {
      if (backend.calls.length === 1) clock.advance(took)
      return Promise.reject(new TypeError('fetch failed'))
    }
    const outcome = await send(PROTECTED, { cookies: { accessToken: await expiring(), refreshToken: 'r1' } })
    expect(outcome).toMatchObject({ outcome: 'degraded', setCookies: [] })
    expect(outcome.refusal?.status ?? null).toBe(status)
  })

  it('an expired one does not, unless STALE_IF_ERROR says so', async () => {
    const { cookies, send } = await inAnOutage()
    expect(await send(PROTECTED, { cookies })).toMatchObject({ session: null, refusal: { status: 503 } })
  })

  it('a public path passes without a session', async () => {
    const { cookies, send } = await inAnOutage()
    expect(await send('/', { cookies })).toMatchObject({ session: null, refusal: null, noStore: false })
  })

  it('and the app behind it sees none either: a form posted there must not act on an expired token', async () => {
    const { cookies, send } = await inAnOutage({ staleIfError: 300 })
    const headers = { ...KINDS.document, 'sec-fetch-site': 'same-origin' }
    const outcome = await send('/', { method: 'POST', headers, cookies })
    expect(outcome).toMatchObject({ outcome: 'degraded', session: null, refusal: null, setCookies: [] })
    expect(outcome.requestHeaders?.get('cookie')).toBe('refreshToken=r1')
  })

  it('is over when the backend is back', async () => {
    const { cookies, recover, send } = await inAnOutage()
    expect((await send(PROTECTED, { cookies })).outcome).toBe('degraded')
    recover()
    expect((await send(PROTECTED, { cookies })).outcome).toBe('renewed')
  })

  it('a refusal after the outage is final again', async () => {
    const { backend, cookies, send } = await inAnOutage()
    await send(PROTECTED, { cookies })
    backend.answer = refusing(403, 'refresh_token_expired')
    expect((await send(PROTECTED, { cookies })).outcome).toBe('ended')
  })
})

describe('STALE_IF_ERROR', () => {
  const stale = (method: string, ago: number) =>
    inAnOutage({ staleIfError: 300 }, ago).then(({ cookies, send }) =>
      send(PROTECTED, { method, cookies, headers: { ...KINDS.document, 'sec-fetch-site': 'same-origin' } }),
    )

  it.each(['GET', 'HEAD'])('lets a %s pass with an expired token for as long', async (method) => {
    expect(await stale(method, 299)).toMatchObject({
      outcome: 'degraded',
      refusal: null,
      session: { sid: 'session-1' },
    })
    expect(await stale(method, 300)).toMatchObject({
      outcome: 'degraded',
      session: null,
      refusal: { status: 503 },
    })
  })

  it.each(['POST', 'PUT', 'DELETE'])('lets no %s pass', async (method) => {
    expect(await stale(method, 1)).toMatchObject({
      outcome: 'degraded',
      session: null,
      refusal: { status: 503 },
    })
  })

  it('holds for an outage only: one whose session has ended is not served', async () => {
    const { backend, cookies, send } = await inAnOutage({ staleIfError: 300 })
    backend.answer = refusing()
    expect(await send(PROTECTED, { cookies })).toMatchObject({ outcome: 'ended', session: null })
  })

  it('a session that this browser has signed out of is not served, whatever the backend does', async () => {
    const { clock, cookies, gatewayTokens, send } = await inAnOutage({ staleIfError: 300 })
    const claims = { subject: 'user-1', sid: 'session-1', roles: [], issuedAt: 0, expiresAt: 900 }
    const { value } = await signSignedOutMark(gatewayTokens, claims, clock.seconds())
    for (let visit = 0; visit < 8; visit += 1)
      expect(await send(PROTECTED, { cookies: { ...cookies, signedOut: value } })).toMatchObject({
        outcome: 'ended',
        session: null,
      })
  })

  it('holds for expired tokens only', async () => {
    const { cookies, send, token } = await inAnOutage({ staleIfError: 300 })
    const foreign = await token({ exp: 1, iss: 'someone-else' })
    expect(await send(PROTECTED, { cookies: { ...cookies, accessToken: foreign } })).toMatchObject({
      session: null,
    })
  })
})

describe('a renewed access token is verified before anything trusts it', () => {
  it.each<[string, object, string]>([
    ['of another issuer', { iss: 'someone-else' }, 'claim_iss'],
    ['for another audience', { aud: 'another-app' }, 'claim_aud'],
    ['that has ended', { iat: 1, exp: 2 }, 'expired'],
    ['without a session', { sid: undefined }, 'claim_sid'],
    ['that is not valid yet', { nbf: 4e9 }, 'claim_nbf'],
  ])('one %s: degraded, and no cookie touched', async (_, claims, reason) => {
    const { backend, cookies, events, send, token } = await inAnOutage()
    backend.answer = async () => Response.json({ accessToken: await token(claims), refreshToken: 'r2' })
    expect(await send(PROTECTED, { cookies })).toMatchObject({
      outcome: 'degraded',
      setCookies: [],
      session: null,
    })
    expect(events.at(-1)).toMatchObject({ type: 'backend.unavailable', reason: `issued_token_${reason}` })
  })

  it('one that somebody else has signed: the same', async () => {
    const { backend, cookies, events, send, token } = await inAnOutage()
    const stranger = await createIssuer('HS256', undefined, 'a secret that nobody here has ever heard of')
    const [, payload = ''] = (await token()).split('.')
    const forged = await stranger.sign(Buffer.from(payload, 'base64url').toString())
    backend.answer = () => Response.json({ accessToken: forged, refreshToken: 'r2' })
    expect(await send(PROTECTED, { cookies })).toMatchObject({ outcome: 'degraded', setCookies: [] })
    expect(events.at(-1)).toMatchObject({ type: 'backend.unavailable', reason: 'issued_token_signature' })
  })

  it('user data of the session before is not kept with it', async () => {
    const { backend, cookies, send, token } = await inAnOutage()
    backend.answer = async () =>
      Response.json({ accessToken: await token({ sid: 'session-2' }), refreshToken: 'r2' })
    const outcome = await send(PROTECTED, { cookies: { ...cookies, userDataEtls: 'of-session-1' } })
    expect(cookiesIn(outcome)).toMatchObject({ userDataEtls: '(cleared)' })
  })
})
