import { beforeEach, describe, expect, it } from 'vitest'
import { resolveOptions } from '../gateway/options.ts'
import type { RefreshAnswer } from '../gateway/renewal/backend.ts'
import { createSealer } from '../gateway/token/sealed.ts'
import { oauth2Backend } from './backend.ts'
import { PURPOSE } from './held-session.ts'
import { fakeProvider } from './testing/fake-provider.ts'

let provider: Awaited<ReturnType<typeof fakeProvider>>

beforeEach(async () => {
  provider = await fakeProvider()
})

const HELD = {
  sub: 'ann',
  sid: 's1',
  providerSid: null,
  beganAt: 1_700_000_000,
  refreshToken: 'rt-1',
  roles: ['user'],
  userData: {},
}

/** One call with a refresh cookie of a session that was begun before. */
async function refresh(options: object = {}): Promise<RefreshAnswer> {
  const all = { ...provider.options, ...options }
  const settings = resolveOptions(all.gateway ?? { remoteApi: '', keys: { secret: '' } })
  const refreshToken = await createSealer(settings, PURPOSE).seal('refresh+jwe', HELD)
  return oauth2Backend(all).refresh(
    { refreshToken },
    {
      forwardedFor: null,
      userAgent: null,
      traceparent: 'trace',
      cookies: '',
      fetch: provider.fetch,
      signal: new AbortController().signal,
      now: Date.now() / 1000,
    },
  )
}

const failing = (code: string) => () => Promise.reject(new TypeError('fetch failed', { cause: { code } }))
const error = (status: number, code: string) => () => Response.json({ error: code }, { status })

describe('what the token endpoint answers', () => {
  it('invalid_grant alone ends a session (RFC 6749 5.2)', async () => {
    expect(await refresh()).toEqual({ result: 'refused', reason: 'invalid_grant' })
  })

  it.each(['invalid_client', 'unauthorized_client', 'invalid_request', 'unsupported_grant_type'])(
    '%s is a mistake of the app: the session stays, and nobody asks again',
    async (code) => {
      provider.answer = error(400, code)
      expect(await refresh()).toEqual({ result: 'unavailable', reason: code, repeat: 'never', alive: true })
    },
  )

  it.each<[string, () => Response | Promise<Response>, object]>([
    [
      '429, and how long to wait',
      () => new Response('', { status: 429, headers: { 'retry-after': '2' } }),
      { retryAfter: 2000 },
    ],
    ['503', () => new Response('', { status: 503 }), {}],
    ['a connection that was refused', failing('ECONNREFUSED'), {}],
    ['a name that was not found', failing('ENOTFOUND'), {}],
  ])('%s may be asked again', async (_, answer, more) => {
    provider.answer = answer
    const result = await refresh()
    expect(result).toMatchObject({ result: 'unavailable', ...more })
    expect(result).not.toHaveProperty('repeat')
  })

  it.each<[string, () => Response | Promise<Response>]>([
    ['a connection that broke', failing('ECONNRESET')],
    ['no reason why', () => Promise.reject(new TypeError('fetch failed'))],
    ['500', () => new Response('oops', { status: 500 })],
    ['502', () => new Response('', { status: 502 })],
    ['an answer without an access token', () => Response.json({ refresh_token: 'rt-2' })],
    ['an answer that is not JSON', () => new Response('<html>')],
    ['a redirect', () => Response.redirect('https://evil.test/', 307)],
  ])('%s is never asked again: the token may have been used up', async (_, answer) => {
    provider.answer = answer
    expect(await refresh()).toMatchObject({ result: 'unavailable', repeat: 'never' })
    expect(provider.asked).toHaveLength(1)
  })

  /** An answer with an ID token in it, which few providers repeat. */
  async function withIdToken(changes: object): Promise<void> {
    const iat = Math.floor(Date.now() / 1000)
    const claims = { iss: provider.options.issuer, aud: 'app', sub: 'ann', iat, exp: iat + 60, ...changes }
    const id_token = await provider.signer.sign(claims, { typ: 'JWT' })
    provider.answer = () => Response.json({ access_token: 'at', token_type: 'bearer', id_token })
  }

  it('an ID token brings roles and user data up to date', async () => {
    await withIdToken({ roles: ['admin'], name: 'Ann' })
    const answer = await refresh()
    expect(answer).toMatchObject({ result: 'rotated', tokens: { userData: { name: 'Ann' } } })
  })

  it.each([
    ['of somebody else', { sub: 'bob' }],
    ['of another issuer', { iss: 'https://evil.test' }],
    ['for another client', { aud: 'another' }],
    ['that has ended', { exp: 1 }],
  ])('an ID token %s changes nothing (OpenID Connect Core 1.0, 12.2)', async (_, changes) => {
    await withIdToken(changes)
    expect(await refresh()).toEqual({ result: 'unavailable', reason: 'malformed_answer', repeat: 'never' })
  })

  it('without a new refresh token the old one stays', async () => {
    provider.answer = () => Response.json({ access_token: 'at', token_type: 'bearer', expires_in: 60 })
    const answer = await refresh()
    if (answer.result !== 'rotated') throw new Error(JSON.stringify(answer))
    const settings = resolveOptions(provider.options.gateway ?? { remoteApi: '', keys: { secret: '' } })
    const held = await createSealer(settings, PURPOSE).open('refresh+jwe', answer.tokens.refreshToken ?? '')
    expect(held).toEqual(HELD)
  })
})

describe('a session that the app has ended', () => {
  it('is refused without a call', async () => {
    expect(await refresh({ isEnded: async () => true })).toEqual({
      result: 'refused',
      reason: 'session_revoked',
    })
    expect(provider.asked).toEqual([])
  })

  it('is not, while nobody can say: what fails is no word', async () => {
    await expect(refresh({ isEnded: () => Promise.reject(new Error('down')) })).rejects.toThrow('down')
    expect(provider.asked).toEqual([])
  })
})

describe('what cannot work is refused at once', () => {
  it.each([
    ['an issuer without TLS elsewhere', { issuer: 'http://provider.test' }],
    ['an issuer that is no address', { issuer: 'provider' }],
    [
      'opaque access tokens without a secret to sign with',
      { gateway: { remoteApi: '', keys: { jwksUrl: '' } } },
    ],
    ['nothing to seal with', { accessTokens: 'jwt', gateway: { remoteApi: '', keys: { jwksUrl: '' } } }],
  ])('%s', async (_, options) => {
    expect(() => oauth2Backend({ ...provider.options, ...options } as never)).toThrow(
      expect.objectContaining({ code: 'invalid_option' }),
    )
  })
})

describe('what is sealed', () => {
  const settings = (gatewaySecrets: string[]) =>
    resolveOptions({ remoteApi: '', keys: { jwksUrl: '' }, gatewaySecrets })
  const [OLD, NEW] = ['an old secret of thirty-two bytes!', 'a new secret of thirty-two bytes!!']

  it('opens after a secret was rotated, and not once the old one is gone', async () => {
    const sealed = await createSealer(settings([OLD]), PURPOSE).seal('refresh+jwe', HELD)
    expect(await createSealer(settings([NEW, OLD]), PURPOSE).open('refresh+jwe', sealed)).toEqual(HELD)
    expect(await createSealer(settings([NEW]), PURPOSE).open('refresh+jwe', sealed)).toBeNull()
  })

  it('is read as what it was sealed as, and as nothing else', async () => {
    const sealer = createSealer(settings([OLD]), PURPOSE)
    const sealed = await sealer.seal('sign-in+jwe', HELD)
    expect(await sealer.open('refresh+jwe', sealed)).toBeNull()
    expect(await sealer.open('answer+jwe', sealed)).toBeNull()
  })

  it('says nothing', async () => {
    const sealed = await createSealer(settings([OLD]), PURPOSE).seal('refresh+jwe', HELD)
    const text = sealed.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'))
    expect(text.join()).not.toMatch(/rt-1|ann/)
  })
})
