import { describe, expect, it } from 'vitest'
import { cookiesIn, createHarness, KINDS, refusing } from '../testing/harness.ts'
import { goodClaims, SECRET } from '../testing/issuer.ts'
import { createGatewayTokens } from './gateway-token.ts'
import { readSignedOutMark, signSignedOutMark } from './signed-out.ts'

const PROTECTED = '/dashboard'
const tokens = createGatewayTokens({ gatewaySecrets: [], keys: { secret: SECRET } })

/** A gateway, and the mark of a browser that has just signed out of `sid`. */
async function signedOutOf(sid: string) {
  const harness = await createHarness()
  const now = harness.clock.seconds()
  const claims = { subject: 'user-1', sid, roles: [], issuedAt: now - 100, expiresAt: now + 800 }
  const { value, maxAge } = await signSignedOutMark(tokens, claims, now)
  return { ...harness, mark: value, maxAge }
}

const ENDED = { outcome: 'ended', session: null, refusal: { status: 303 } }
const CLEARED = { accessToken: '(cleared)', refreshToken: '(cleared)' }

describe('somebody who has signed out (nextjs-auth0 #2335: an answer in flight undoes a logout)', () => {
  it('stays signed out when an answer on its way has set the cookies again', async () => {
    const { backend, decisions, mark, send, valid, expiring, expired } = await signedOutOf('session-1')
    for (const accessToken of [await valid(), await expiring(), await expired()]) {
      const outcome = await send(PROTECTED, { cookies: { accessToken, refreshToken: 'r2', signedOut: mark } })
      expect(outcome).toMatchObject(ENDED)
      expect(cookiesIn(outcome)).toEqual(CLEARED)
      expect(decisions.at(-1)).toMatchObject({
        type: 'session.ended',
        reason: 'signed_out',
        sid: 'session-1',
      })
    }
    expect(backend.calls).toEqual([])
  })

  it('stays signed out when only the refresh token is left and the backend still takes it', async () => {
    const { backend, mark, send } = await signedOutOf('session-1')
    const outcome = await send(PROTECTED, { cookies: { refreshToken: 'r1', signedOut: mark } })
    expect(outcome).toMatchObject(ENDED)
    expect(cookiesIn(outcome)).toEqual({ refreshToken: '(cleared)' })
    expect(backend.calls).toHaveLength(1)
  })

  it('keeps the mark: the next answer in flight may still come', async () => {
    const { mark, send, valid } = await signedOutOf('session-1')
    const outcome = await send('/', { cookies: { accessToken: await valid(), signedOut: mark } })
    expect(outcome).toMatchObject({ outcome: 'ended', refusal: null })
    expect(outcome.requestHeaders?.get('cookie')).toBe(`signedOut=${mark}`)
  })

  it('may sign in again at once: another session is another session', async () => {
    const { mark, send, valid } = await signedOutOf('session-0')
    const outcome = await send(PROTECTED, { cookies: { accessToken: await valid(), signedOut: mark } })
    expect(outcome).toMatchObject({ outcome: 'active', session: { sid: 'session-1' } })
  })
})

describe('why a session has ended, where the answer that ended it could tell nobody (ASVS 7.4.1)', () => {
  const told = (outcome: { refusal: Response | null }) =>
    new URL(outcome.refusal?.headers.get('location') ?? '', 'http://app.test').searchParams.get('reason')

  /** The session is found ended by a request of this kind; answers the gateway and the cookies that its browser then has. */
  async function endedBy(error: string, path: string, headers: Readonly<Record<string, string>>, mark = '') {
    const harness = await createHarness()
    harness.backend.answer = refusing(403, error)
    const cookies = { accessToken: await harness.expired(), refreshToken: 'r1' }
    const outcome = await harness.send(path, {
      method: 'next-action' in headers ? 'POST' : 'GET',
      headers,
      cookies: { ...cookies, ...(mark && { signedOut: mark }) },
    })
    expect(outcome.outcome).toBe('ended')
    const { accessToken, refreshToken, ...left } = cookiesIn(outcome)
    expect({ accessToken, refreshToken }).toEqual(CLEARED)
    return { ...harness, left }
  }

  it.each([
    ['a client-side navigation', PROTECTED, KINDS.navigation],
    ['a prefetch', PROTECTED, KINDS.prefetch],
    ['a script’s call', PROTECTED, KINDS.api],
    ['a public page', '/', KINDS.document],
  ])('is told to the next page when %s has met it', async (_, path, headers) => {
    const { left, send } = await endedBy('refresh_token_reused', path, headers)
    const next = await send(PROTECTED, { cookies: left })
    expect(next.outcome).toBe('anonymous')
    expect(told(next)).toBe('reuse')
    expect(next.setCookies).toEqual([])
  })

  it('is told by the answer itself where it leads to the sign-in page', async () => {
    expect((await endedBy('session_revoked', PROTECTED, KINDS.document)).left).toEqual({})
    expect((await endedBy('session_revoked', PROTECTED, KINDS.action)).left).toEqual({})
  })

  it('is told for a quarter of an hour, and not when nobody has a word for it', async () => {
    const { clock, left, send } = await endedBy('refresh_token_expired', PROTECTED, KINDS.prefetch)
    clock.advance(899_000)
    expect(told(await send(PROTECTED, { cookies: left }))).toBe('expired')
    clock.advance(1000)
    expect(told(await send(PROTECTED, { cookies: left }))).toBeNull()
    expect((await endedBy('status_403', PROTECTED, KINDS.prefetch)).left).toEqual({})
  })

  it('says nothing of a session that began since', async () => {
    const { backend, expired, left, send } = await endedBy('session_revoked', PROTECTED, KINDS.prefetch)
    backend.answer = refusing(403, 'refresh_token_expired')
    const cookies = { ...left, accessToken: await expired(), refreshToken: 'r5' }
    expect(told(await send(PROTECTED, { cookies }))).toBe('expired')
  })

  it('still keeps out the session that was signed out of', async () => {
    const { mark } = await signedOutOf('session-0')
    const { left, send, token } = await endedBy('session_revoked', PROTECTED, KINDS.prefetch, mark)
    const accessToken = await token({ sid: 'session-0' })
    expect((await send(PROTECTED, { cookies: { ...left, accessToken } })).outcome).toBe('ended')
  })
})

describe('the mark', () => {
  it('lives as long as an access token', async () => {
    const { clock, mark, maxAge } = await signedOutOf('session-1')
    expect(maxAge).toBe(900)
    clock.advance(899_000)
    expect(await readSignedOutMark(tokens, mark, clock.seconds())).toEqual({
      sid: 'session-1',
      endedBy: null,
    })
    clock.advance(1000)
    expect(await readSignedOutMark(tokens, mark, clock.seconds())).toEqual({ sid: null, endedBy: null })
  })

  it('is believed only if the gateway has signed it: nobody can be signed out by a cookie', async () => {
    const { backend, clock, send, valid } = await signedOutOf('session-1')
    const now = clock.seconds()
    const forgeries = [
      'nonsense',
      'a.b.c',
      await backend.issuer.sign({ ...goodClaims(now) }),
      await backend.issuer.sign({ sid: 'session-1', exp: now + 60 }, { typ: 'signed-out+jwt' }),
      await tokens.sign('userdata+jwt', { sid: 'session-1', exp: now + 60 }),
      await tokens.sign('signed-out+jwt', { sid: 'session-1', exp: now }),
    ]
    for (const signedOut of forgeries)
      expect((await send(PROTECTED, { cookies: { accessToken: await valid(), signedOut } })).outcome).toBe(
        'active',
      )
  })
})
