import { createSecretKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { decodeProtectedHeader, exportJWK, generateKeyPair, importJWK, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { createJwsSigner } from './jws.ts'
import { readSigningKeys } from './signing-keys.ts'

const PAYLOAD = { sub: 'user-1', name: 'Zoë 🌲', roles: ['user'] }

describe.each(['ES256', 'EdDSA', 'RS256', 'PS256'] as const)('%s', async (alg) => {
  const { privateKey } = await generateKeyPair(alg, { extractable: true })
  const read = readSigningKeys({ keys: [{ ...(await exportJWK(privateKey)), alg, kid: 'a-key' }] })
  if ('reason' in read) throw new Error(read.reason)
  const [key] = read.keys
  const sign = createJwsSigner(alg, key.privateKey, { kid: key.kid, typ: 'at+jwt' })
  const published = await importJWK(key.publicJwk, alg)
  const verified = (token: string) => jwtVerify(token, published, { algorithms: [alg], typ: 'at+jwt' })

  it('verifies with the key that the JWK set publishes, and brings its payload', async () => {
    const token = await sign(PAYLOAD)
    expect((await verified(token)).payload).toEqual(PAYLOAD)
    expect(decodeProtectedHeader(token)).toEqual({ alg, kid: 'a-key', typ: 'at+jwt' })
  })

  it('ASVS 9.1.1: fails once its header, payload or signature is another', async () => {
    const [header, payload, signature] = (await sign(PAYLOAD)).split('.')
    const [, otherPayload, otherSignature] = (await sign({ ...PAYLOAD, sub: 'user-2' })).split('.')
    const otherHeader = Buffer.from(JSON.stringify({ alg, typ: 'at+jwt' })).toString('base64url')
    for (const forged of [
      [otherHeader, payload, signature],
      [header, otherPayload, signature],
      [header, payload, otherSignature],
    ])
      await expect(verified(forged.join('.'))).rejects.toThrow('signature verification failed')
  })

  it('signs many at a time, each its own', async () => {
    const tokens = await Promise.all(Array.from({ length: 20 }, (_, n) => sign({ sub: `user-${n}` })))
    const subjects = await Promise.all(tokens.map(async (token) => (await verified(token)).payload.sub))
    expect(subjects).toEqual(tokens.map((_, n) => `user-${n}`))
  })
})

it('HS256: verifies with the shared secret alone', async () => {
  const secret = createSecretKey(randomBytes(32))
  const token = await createJwsSigner('HS256', secret, { typ: 'at+jwt' })(PAYLOAD)
  expect((await jwtVerify(token, secret)).payload).toEqual(PAYLOAD)
  expect(decodeProtectedHeader(token)).toEqual({ alg: 'HS256', typ: 'at+jwt' })
  await expect(jwtVerify(token, createSecretKey(randomBytes(32)))).rejects.toThrow('signature verification')
})

describe('rejects', () => {
  it('where the signature fails on its own thread', async () => {
    // Too short for a hash and a salt.
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 512 })
    await expect(createJwsSigner('PS256', privateKey, {})(PAYLOAD)).rejects.toThrow()
  })

  it('where the key cannot sign at all', async () => {
    const { publicKey } = generateKeyPairSync('ed25519')
    await expect(createJwsSigner('EdDSA', publicKey, {})(PAYLOAD)).rejects.toThrow('private')
  })
})
