import { UnsecuredJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { createGatewayTokens } from './gateway-token.ts'
import { createIssuer, handMade, SECRET } from './testing/issuer.ts'
import { CLAIMS, ISSUERS, invalid, issuer, NOW, read } from './testing/tokens.ts'
import { signUserData } from './user-data.ts'

describe('the protected header', () => {
  it.each(['jku', 'x5u', 'jwk', 'x5c', 'crit'])(
    'with %s: invalid, although the signature is right',
    async (name) => {
      const value = name === 'crit' ? ['urn:test'] : 'https://evil.example/keys'
      const token = await issuer.sign(CLAIMS, { [name]: value, ...(name === 'crit' && { 'urn:test': 1 }) })
      expect(await read(token)).toEqual(invalid('header_refused'))
    },
  )

  it.each(['none', 'None', 'NONE', 'nOnE', '', 'hs256', 'HS512', 'ES512', 'HS256 '])(
    'alg %j: invalid',
    async (alg) => {
      for (const by of [ISSUERS.HS256, ISSUERS.ES256]) {
        for (const signature of ['', 'c2ln']) {
          const token = handMade({ alg, typ: 'at+jwt', kid: by.jwk.kid }, CLAIMS, signature)
          expect((await read(token, { by })).state, alg).toBe('invalid')
        }
      }
    },
  )

  it('an unsecured JWT is invalid', async () => {
    expect(await read(new UnsecuredJWT({ ...CLAIMS }).encode())).toEqual(invalid('malformed'))
  })

  it.each([undefined, 'JWT', 'jwt', 'userdata+jwt', 'signed-out+jwt', 7])('typ %j: invalid', async (typ) => {
    expect((await read(await issuer.sign(CLAIMS, { typ }))).state).toBe('invalid')
  })

  it('the typ may be written as a whole media type (RFC 9068 4)', async () => {
    expect((await read(await issuer.sign(CLAIMS, { typ: 'application/at+jwt' }))).state).toBe('valid')
  })

  it('a public key taken for a shared secret signs nothing', async () => {
    for (const alg of ['ES256', 'RS256'] as const) {
      const by = ISSUERS[alg]
      const forger = await createIssuer('HS256', by.jwk.kid, JSON.stringify(by.jwk))
      expect((await read(await forger.sign(CLAIMS), { by })).state).toBe('invalid')
    }
  })

  it('a key signs with its own algorithm only', async () => {
    const token = await ISSUERS.PS256.sign(CLAIMS, { kid: 'RS256-1' })
    expect((await read(token, { by: ISSUERS.RS256 })).state).toBe('invalid')
    expect((await read(await ISSUERS.ES256.sign(CLAIMS), { by: ISSUERS.HS256 })).state).toBe('invalid')
  })

  it('naming no key, or one that is not in the set: invalid', async () => {
    expect(await read(await issuer.sign(CLAIMS, { kid: 'unheard-of' }))).toEqual(invalid('unknown_key'))
    expect(await read(await issuer.sign(CLAIMS, { kid: undefined }))).toEqual(invalid('unknown_key'))
  })
})

describe('what is no compact JWS', () => {
  it('jose: white space is accepted by a lenient decoder, and refused here', async () => {
    const token = await issuer.sign(CLAIMS)
    const broken = [
      ` ${token}`,
      `${token} `,
      `${token}\n`,
      `${token}\r\n`,
      token.replace('.', '.\t'),
      token.replace('.', '\n.'),
    ]
    for (const value of broken) expect(await read(value), JSON.stringify(value)).toEqual(invalid('malformed'))
  })

  it.each([
    '',
    '.',
    '..',
    'a.b',
    'a.b.c',
    'a.b.c.d',
    'a.b.c.d.e',
    'é.é.é',
    'W10.e30.c2ln',
    'bnVsbA.e30.c2ln',
    '='.repeat(9),
  ])('%j: invalid', async (value) => {
    expect((await read(value)).state).toBe('invalid')
  })

  it('padding, standard base64 and a JWE are invalid', async () => {
    const token = await issuer.sign(CLAIMS)
    for (const value of [`${token}=`, `${token}==`, token.replace('.', '+.'), token.replace('.', '/.')])
      expect(await read(value)).toEqual(invalid('malformed'))
  })

  it('a token of enormous length is not even decoded', async () => {
    expect(await read(await issuer.sign({ ...CLAIMS, padding: 'x'.repeat(20_000) }))).toEqual(
      invalid('malformed'),
    )
  })
})

it('user data of the gateway is no access token, although in shared-secret mode both are HS256', async () => {
  const { keys } = ISSUERS.HS256
  const claims = { subject: 'user-1', sid: 'session-1', roles: [], issuedAt: NOW, expiresAt: NOW + 900 }
  const tokens = createGatewayTokens({ keys, gatewaySecrets: [] })
  const sameSecret = createGatewayTokens({ keys, gatewaySecrets: [SECRET] })
  for (const issuedBy of [tokens, sameSecret]) {
    const userData = await signUserData(issuedBy, { ...CLAIMS }, claims)
    expect((await read(userData, { by: ISSUERS.HS256 })).state).toBe('invalid')
    const accessToken = await ISSUERS.HS256.sign({ ...CLAIMS, userData: { name: 'Eve' } })
    expect(await issuedBy.verify('userdata+jwt', accessToken, NOW)).toBeNull()
  }
})
