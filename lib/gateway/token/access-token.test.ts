import { describe, expect, it } from 'vitest'
import { ALGORITHMS, createIssuer, goodClaims, SECRET } from '../testing/issuer.ts'
import { CLAIMS, ISSUERS, invalid, issuer, NOW, read } from '../testing/tokens.ts'

const readClaims = async (claims: object | string, at = NOW) =>
  read(await issuer.sign(typeof claims === 'string' ? claims : { ...CLAIMS, ...claims }), { now: at })

describe.each(ALGORITHMS)('a token signed with %s', (alg) => {
  const by = ISSUERS[alg]

  it('ASVS 9.2.1: is valid, expiring inside the last 30 seconds, and expired from `exp` on', async () => {
    const token = await by.sign(CLAIMS)
    const at = async (seconds: number) => (await read(token, { by, now: CLAIMS.exp + seconds })).state
    expect(await at(-31)).toBe('valid')
    expect(await at(-30)).toBe('expiring')
    expect(await at(-0.001)).toBe('expiring')
    expect(await at(0)).toBe('expired')
    expect(await at(4)).toBe('expired')
    expect(await at(1e6)).toBe('expired')
  })

  it('tells whose session it is', async () => {
    expect(await read(await by.sign(CLAIMS), { by })).toEqual({
      state: 'valid',
      claims: {
        subject: 'user-1',
        sid: 'session-1',
        roles: ['user'],
        issuedAt: NOW,
        expiresAt: NOW + 900,
        authenticatedAt: null,
        acr: null,
      },
    })
  })

  it('ASVS 9.1.1: is invalid when a character of its signature or payload is changed', async () => {
    const [header, payload = '', signature = ''] = (await by.sign(CLAIMS)).split('.')
    const flip = (part: string) => part.slice(0, 9) + (part[9] === 'A' ? 'B' : 'A') + part.slice(10)
    expect(await read([header, payload, flip(signature)].join('.'), { by })).toEqual(invalid('signature'))
    expect(await read([header, flip(payload), signature].join('.'), { by })).toEqual(invalid('signature'))
  })

  it('is invalid when another key made it under the same name', async () => {
    const stranger = await createIssuer(alg, undefined, SECRET.toUpperCase())
    expect(await read(await stranger.sign(CLAIMS), { by })).toEqual(invalid('signature'))
  })
})

describe('claims', () => {
  it('are absent without a token', async () => {
    expect(await read(undefined)).toEqual({ state: 'absent' })
  })

  it.each(['iss', 'aud', 'sub', 'sid', 'iat', 'exp', 'jti', 'roles'])(
    'RFC 9068 2.2: without %s: invalid',
    async (claim) => {
      expect(await readClaims({ [claim]: undefined })).toEqual(invalid(`claim_${claim}`))
    },
  )

  it.each([
    ['iss', 'someone-else'],
    ['iss', ['evergate']],
    ['aud', 'another-app'],
    ['aud', ['another-app']],
    ['aud', []],
    ['sub', 7],
    ['sub', ''],
    ['sid', null],
    ['sid', ''],
    ['jti', 1],
    ['iat', '1900000000'],
    ['exp', `${NOW + 900}`],
    ['exp', null],
    ['exp', {}],
    ['roles', 'admin'],
    ['roles', [1]],
    ['roles', null],
    ['nbf', '1'],
  ])('%s = %j: invalid', async (claim, value) => {
    expect((await readClaims({ [claim]: value })).state).toBe('invalid')
  })

  it('an `exp` beyond all numbers is invalid; a fraction counts, and a negative one is long over', async () => {
    const text = JSON.stringify(CLAIMS)
    expect(await readClaims(text.replace(`"exp":${CLAIMS.exp}`, '"exp":1e999'))).toEqual(invalid('claim_exp'))
    expect((await readClaims(text.replace(`"exp":${CLAIMS.exp}`, '"exp":NaN'))).state).toBe('invalid')
    expect((await readClaims({ exp: NOW + 0.5, iat: NOW - 100 })).state).toBe('expiring')
    expect((await readClaims({ exp: NOW + 0.5 }, NOW + 0.6)).state).toBe('expired')
    expect((await readClaims({ exp: -1 })).state).toBe('expired')
  })

  it('our name may be one of several audiences', async () => {
    expect((await readClaims({ aud: ['another-app', 'evergate-app'] })).state).toBe('valid')
  })

  it('roles may be none', async () => {
    expect(await readClaims({ roles: [] })).toMatchObject({ state: 'valid', claims: { roles: [] } })
  })

  it('ASVS 9.2.1, RFC 7519 4.1.5: `nbf` is forgiven 5 seconds', async () => {
    expect((await readClaims({ nbf: NOW + 5 })).state).toBe('valid')
    expect(await readClaims({ nbf: NOW + 6 })).toEqual(invalid('claim_nbf'))
  })

  it('`iat` is not held against the clock', async () => {
    expect((await readClaims({ iat: NOW + 86_400, exp: NOW + 2 * 86_400 })).state).toBe('valid')
    expect((await readClaims({ iat: 0 })).state).toBe('valid')
  })

  it('an expired token with another fault is invalid, not expired', async () => {
    expect((await readClaims({ exp: NOW - 60, iss: 'someone-else' })).state).toBe('invalid')
    expect((await readClaims({ exp: NOW - 60, sid: '' })).state).toBe('invalid')
  })
})

describe('the time in which a token counts as expiring', () => {
  it('is never more than half its life: a new one is always valid', async () => {
    const token = await issuer.sign(goodClaims(NOW, 20))
    const at = async (seconds: number) => (await read(token, { now: NOW + seconds })).state
    expect([await at(0), await at(9.9), await at(10), await at(20)]).toEqual([
      'valid',
      'valid',
      'expiring',
      'expired',
    ])
  })

  it('is a second at least: what ends while its page renders would sign the person out there', async () => {
    const token = await issuer.sign(CLAIMS)
    const at = async (left: number) => (await read(token, { now: CLAIMS.exp - left, renewBefore: 0 })).state
    expect([await at(1.1), await at(1), await at(0)]).toEqual(['valid', 'expiring', 'expired'])
  })
})
