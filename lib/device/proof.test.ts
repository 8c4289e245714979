import fc from 'fast-check'
import { exportJWK, generateKeyPair } from 'jose'
import { describe, expect, it } from 'vitest'
import { handMade } from '../gateway/testing/issuer.ts'
import { readProof } from './proof.ts'
import { deviceKey } from './testing/fake-browser.ts'

const HERE = 'https://app.test/session/device/refresh'
const key = await deviceKey()
const rsa = await deviceKey('RS256')
const other = await deviceKey()
const known = { ...key.jwk }

const privateKey = await (async () => {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  return exportJWK(privateKey)
})()

describe('a proof of the device', () => {
  it.each([
    ['ES256', key],
    ['RS256', rsa],
  ] as const)('by %s is good, without an audience as browsers make it', async (alg, { jwk, prove }) => {
    const proof = await prove('c1')
    expect(await readProof(proof, { ...jwk }, HERE)).toMatchObject({ result: 'good', alg, jti: 'c1' })
  })

  it('may name the endpoint', async () => {
    const proof = await key.prove('c1', { claims: { aud: HERE } })
    expect(await readProof(proof, known, HERE)).toMatchObject({ result: 'good' })
  })

  it('brings its key at registration', async () => {
    const proof = await key.prove('c1', { header: { jwk: key.jwk } })
    expect(await readProof(proof, undefined, HERE)).toEqual({
      result: 'good',
      alg: 'ES256',
      jti: 'c1',
      jwk: key.jwk,
    })
  })
})

describe('RFC 8725 3.1: a forged proof is refused', () => {
  const now = { jti: 'c1' }
  it.each([
    ['none', () => handMade({ alg: 'none', typ: 'dbsc+jwt' }, now, ''), 'malformed'],
    ['none, with a signature', () => handMade({ alg: 'none', typ: 'dbsc+jwt' }, now), 'alg'],
    ['another algorithm', () => handMade({ alg: 'HS256', typ: 'dbsc+jwt' }, now), 'alg'],
    ['the algorithm of another key', () => handMade({ alg: 'RS256', typ: 'dbsc+jwt' }, now), 'alg'],
    ['another key', () => other.prove('c1'), 'signature'],
    ['a key of its own', () => other.prove('c1', { header: { jwk: other.jwk } }), 'signature'],
    ['another type', () => key.prove('c1', { header: { typ: 'at+jwt' } }), 'typ'],
    ['no type', () => key.prove('c1', { header: { typ: undefined } }), 'typ'],
    [
      'a sibling origin',
      () => key.prove('c1', { claims: { aud: 'https://evil.app.test/session/device/refresh' } }),
      'aud',
    ],
    ['another path', () => key.prove('c1', { claims: { aud: 'https://app.test/session/device' } }), 'aud'],
    ['a list of audiences', () => key.prove('c1', { claims: { aud: [HERE, 'https://evil.test'] } }), 'aud'],
    ['no challenge', () => key.prove('c1', { claims: { jti: undefined } }), 'challenge'],
  ])('%s', async (_, make, reason) => {
    expect(await readProof(await make(), known, HERE)).toEqual({ result: 'bad', reason })
  })

  it('whose claims were changed', async () => {
    const [header, , signature] = (await key.prove('c1')).split('.')
    const claims = Buffer.from(JSON.stringify({ jti: 'c2' })).toString('base64url')
    expect(await readProof(`${header}.${claims}.${signature}`, known, HERE)).toMatchObject({
      reason: 'signature',
    })
  })

  it.each([
    ['no key', undefined],
    ['a secret', { kty: 'oct', k: 'c2VjcmV0' }],
    ['another curve', { kty: 'EC', crv: 'P-384', x: 'AA', y: 'AA' }],
    ['a private key', privateKey],
    ['a point that is on no curve', { kty: 'EC', crv: 'P-256', x: key.jwk.x, y: key.jwk.x }],
    ['an RSA key that is too short', { kty: 'RSA', n: 'AQAB', e: 'AQAB' }],
  ])('at registration, with %s', async (_, jwk) => {
    const alg = jwk?.kty === 'RSA' ? 'RS256' : 'ES256'
    const reading = await readProof(handMade({ alg, typ: 'dbsc+jwt', jwk }, now), undefined, HERE)
    expect(reading).toMatchObject({ result: 'bad', reason: expect.stringMatching(/^(key|alg)$/) })
  })

  it('for any text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (text) => {
        expect((await readProof(text, known, HERE)).result).toBe('bad')
      }),
    )
  })
})
