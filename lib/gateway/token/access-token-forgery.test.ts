import { UnsecuredJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { createIssuer, handMade, SECRET } from '../testing/issuer.ts'
import { CLAIMS, ISSUERS, invalid, issuer, NOW, read } from '../testing/tokens.ts'
import { createGatewayTokens } from './gateway-token.ts'
import { signUserData } from './user-data.ts'

describe('ASVS 9.1.3, RFC 8725 3.10: a token brings no key of its own', () => {
  it.each(['jku', 'x5u', 'jwk', 'x5c'])('%s is refused, although the signature is right', async (name) => {
    const token = await issuer.sign(CLAIMS, { [name]: 'https://evil.example/keys' })
    expect(await read(token)).toEqual(invalid('header_refused'))
  })

  it('jwk is refused, although it holds the key that made the signature', async () => {
    const forger = await createIssuer('ES256')
    expect(await read(await forger.sign(CLAIMS, { jwk: forger.jwk }))).toEqual(invalid('header_refused'))
  })

  it('RFC 7515 4.1.11: crit is refused, although the signature is right', async () => {
    const token = await issuer.sign(CLAIMS, { crit: ['urn:test'], 'urn:test': 1 })
    expect(await read(token)).toEqual(invalid('header_refused'))
  })

  it.each([
    ['a kid that is not in the key set', 'unheard-of'],
    ['a path', '../../dev/null'],
    ['an injection', "x' UNION SELECT 'key"],
    ['a name that every object has', '__proto__'],
    ['an empty kid', ''],
    ['no kid', undefined],
    ['a kid that is no text', 7],
    ['a list of kids', ['ES256-1']],
  ])('%s is refused', async (_name, kid) => {
    expect(await read(await issuer.sign(CLAIMS, { kid }))).toEqual(invalid('unknown_key'))
  })
})

describe('ASVS 9.1.2, RFC 8725 3.1: a key has one algorithm', () => {
  it.each(['none', 'None', 'NONE', 'nOnE', '', 'hs256', 'HS512', 'ES512', 'HS256 '])(
    'alg %j is refused',
    async (alg) => {
      for (const by of [ISSUERS.HS256, ISSUERS.ES256]) {
        for (const signature of ['', 'c2ln', 'AA']) {
          const token = handMade({ alg, typ: 'at+jwt', kid: by.jwk.kid }, CLAIMS, signature)
          expect((await read(token, { by })).state, alg).toBe('invalid')
        }
      }
    },
  )

  it.each([[['none']], [{ alg: 'none' }], [null], [0], [true]])(
    'alg %j, no text, is refused',
    async (alg) => {
      const by = ISSUERS.HS256
      expect(await read(handMade({ alg, typ: 'at+jwt' }, CLAIMS), { by })).toEqual(invalid('malformed'))
    },
  )

  it('an unsecured JWT is refused', async () => {
    expect(await read(new UnsecuredJWT({ ...CLAIMS }).encode())).toEqual(invalid('malformed'))
  })

  it.each(['ES256', 'RS256', 'PS256', 'EdDSA'] as const)(
    'the public %s key taken for an HS256 secret signs nothing',
    async (alg) => {
      const by = ISSUERS[alg]
      const publicKey = await crypto.subtle.importKey('jwk', by.jwk, importAs(alg), true, ['verify'])
      const der = Buffer.from(await crypto.subtle.exportKey('spki', publicKey)).toString('base64')
      const pem = `-----BEGIN PUBLIC KEY-----\n${der.replace(/.{64}/g, '$&\n')}\n-----END PUBLIC KEY-----\n`
      for (const secret of [JSON.stringify(by.jwk), pem, pem.trim()]) {
        const forger = await createIssuer('HS256', by.jwk.kid, secret)
        expect(await read(await forger.sign(CLAIMS), { by })).toEqual(invalid('unknown_key'))
      }
    },
  )

  it('a key signs with its own algorithm only', async () => {
    const token = await ISSUERS.PS256.sign(CLAIMS, { kid: 'RS256-1' })
    expect((await read(token, { by: ISSUERS.RS256 })).state).toBe('invalid')
    expect((await read(await ISSUERS.ES256.sign(CLAIMS), { by: ISSUERS.HS256 })).state).toBe('invalid')
  })

  it('the shared secret signs with its own algorithm only, and is not tried with another', async () => {
    const { HS256, HS384, HS512 } = ISSUERS
    for (const [signer, by] of [
      [HS512, HS256],
      [HS384, HS256],
      [HS256, HS512],
    ] as const)
      expect(await read(await signer.sign(CLAIMS), { by })).toEqual(invalid('unknown_key'))
  })

  it('an ECDSA signature of zeros signs nothing (CVE-2022-21449)', async () => {
    const [header, payload] = (await issuer.sign(CLAIMS)).split('.')
    for (const bytes of [0, 64, 72]) {
      const zeros = Buffer.alloc(bytes).toString('base64url')
      expect((await read(`${header}.${payload}.${zeros}`)).state).toBe('invalid')
    }
  })
})

describe('ASVS 9.2.2, RFC 8725 3.11: only an access token passes as one', () => {
  it.each([undefined, 'JWT', 'jwt', 'id_token+jwt', 'userdata+jwt', 'signed-out+jwt', 7, ['at+jwt'], ''])(
    'typ %j is refused',
    async (typ) => {
      expect(await read(await issuer.sign(CLAIMS, { typ }))).toEqual(invalid('typ'))
    },
  )

  it('RFC 9068 4: the typ may be written as a whole media type', async () => {
    expect((await read(await issuer.sign(CLAIMS, { typ: 'application/at+jwt' }))).state).toBe('valid')
  })

  it('user data of the gateway is no access token, although in shared-secret mode both are HS256, nor the other way round', async () => {
    const { keys } = ISSUERS.HS256
    const claims = { subject: 'user-1', sid: 'session-1', roles: [], issuedAt: NOW, expiresAt: NOW + 900 }
    const tokens = createGatewayTokens({ keys, gatewaySecrets: [] })
    const sameSecret = createGatewayTokens({ keys, gatewaySecrets: [SECRET] })
    for (const issuedBy of [tokens, sameSecret]) {
      const userData = await signUserData(issuedBy, { ...CLAIMS }, claims)
      expect((await read(userData, { by: ISSUERS.HS256 })).state).toBe('invalid')
      const accessToken = await ISSUERS.HS256.sign({ ...CLAIMS, userData: { name: 'Eve' } })
      expect(await issuedBy.verify('userdata+jwt', accessToken, NOW)).toBeNull()
      expect(await issuedBy.verify('signed-out+jwt', userData, NOW)).toBeNull()
    }
  })
})

describe('ASVS 9.2.3, RFC 9068 4: a token of another environment is refused', () => {
  it.each([
    ['another issuer', { iss: 'https://staging.example' }, 'claim_iss'],
    ['an issuer that begins alike', { iss: 'evergate.evil.example' }, 'claim_iss'],
    ['an issuer in other letters', { iss: 'Evergate' }, 'claim_iss'],
    ['another audience', { aud: 'evergate-app-staging' }, 'claim_aud'],
    ['audiences without ours', { aud: ['evergate', 'evergate-api'] }, 'claim_aud'],
  ])('%s', async (_name, claims, reason) => {
    expect(await read(await issuer.sign({ ...CLAIMS, ...claims }))).toEqual(invalid(reason))
  })

  it('another secret, or another key under the same name', async () => {
    for (const alg of ['HS256', 'ES256'] as const) {
      const staging = await createIssuer(
        alg,
        ISSUERS[alg].jwk.kid,
        'the secret of staging, which is long enough',
      )
      expect(await read(await staging.sign(CLAIMS), { by: ISSUERS[alg] })).toEqual(invalid('signature'))
    }
  })
})

describe('ASVS 9.2.1: a validity time span that is none', () => {
  const raw = (exp: string) =>
    issuer.sign(JSON.stringify(CLAIMS).replace(`"exp":${CLAIMS.exp}`, `"exp":${exp}`))

  it.each([
    `"${NOW + 900}"`,
    'null',
    'true',
    '[]',
    '{}',
    '""',
    '1e999',
    '-1e999',
    '1e13',
    '9007199254740991',
  ])('exp %s is refused', async (exp) => expect(await read(await raw(exp))).toEqual(invalid('claim_exp')))

  it.each(['NaN', 'Infinity', '0x7fffffff', '01900000900'])('exp %s is no JSON', async (exp) => {
    expect(await read(await raw(exp))).toEqual(invalid('malformed'))
  })

  it.each(['-1', '-0', '0', '-1900000900'])('exp %s is long over', async (exp) => {
    expect((await read(await raw(exp))).state).toBe('expired')
  })
})

/** The import parameters of a public key. */
function importAs(alg: 'ES256' | 'RS256' | 'PS256' | 'EdDSA') {
  if (alg === 'ES256') return { name: 'ECDSA', namedCurve: 'P-256' }
  if (alg === 'EdDSA') return { name: 'Ed25519' }
  return { name: alg === 'RS256' ? 'RSASSA-PKCS1-v1_5' : 'RSA-PSS', hash: 'SHA-256' }
}
