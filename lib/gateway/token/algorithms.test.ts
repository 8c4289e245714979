import type { CryptoKey, JWK } from 'jose'
import { CompactSign, compactVerify, exportJWK, generateKeyPair, importJWK } from 'jose'
import { decode, encode } from 'jose/base64url'
import { describe, expect, it } from 'vitest'
import type { PublicAlgorithm, SharedAlgorithm } from './algorithms.ts'
import { importPublicKey, importSecret } from './algorithms.ts'
import { verifyJwt } from './verify-jwt.ts'

// Keys are imported by hand here; jose, which verifies with them, is the judge of each.

const PUBLIC: readonly PublicAlgorithm[] = [
  ...(['ES256', 'ES384', 'ES512', 'EdDSA'] as const),
  ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
]
const SHARED: readonly SharedAlgorithm[] = ['HS256', 'HS384', 'HS512']

async function newPair(alg: string) {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  return { open: await exportJWK(publicKey), secret: await exportJWK(privateKey) }
}

// An RSA key takes long to make, and is good for all six.
const rsa = await newPair('RS256')
const pairOf = (alg: PublicAlgorithm) => (/^[RP]S/.test(alg) ? rsa : newPair(alg))

const signed = async (alg: string, key: CryptoKey | Uint8Array | JWK) =>
  new CompactSign(new TextEncoder().encode('{"sub":"user-1"}')).setProtectedHeader({ alg }).sign(key)

/** The token with one bit of the part changed, in the one way to write it. */
function changed(token: string, part: number): string {
  const parts = token.split('.')
  const bytes = decode(parts[part] ?? '')
  bytes[3] = (bytes[3] ?? 0) ^ 1
  parts[part] = encode(bytes)
  return parts.join('.')
}

const isTaken = (verifying: Promise<unknown>) =>
  verifying.then(
    () => true,
    () => false,
  )

describe('RFC 7518 3, RFC 8037 3: each algorithm takes its own signatures alone', () => {
  it.each(PUBLIC)('%s', async (alg) => {
    const { open, secret } = await pairOf(alg)
    const ours = await importPublicKey(open as JsonWebKey, alg)
    const token = await signed(alg, secret)
    expect(await verifyJwt(token, ours, alg)).toEqual({ header: { alg }, payload: { sub: 'user-1' } })
    const stranger = await signed(alg, (await newPair(alg)).secret)
    for (const wrong of [changed(token, 0), changed(token, 1), changed(token, 2), stranger]) {
      expect(await isTaken(compactVerify(wrong, await importJWK(open, alg), { algorithms: [alg] }))).toBe(
        false,
      )
      expect(await isTaken(verifyJwt(wrong, ours, alg))).toBe(false)
    }
  })

  it.each(SHARED)('%s', async (alg) => {
    const bytes = crypto.getRandomValues(new Uint8Array(64))
    const ours = await importSecret(bytes, alg)
    const token = await signed(alg, bytes)
    expect(await verifyJwt(token, ours, alg)).toEqual({ header: { alg }, payload: { sub: 'user-1' } })
    for (const wrong of [changed(token, 1), changed(token, 2), await signed(alg, bytes.toReversed())])
      expect(await isTaken(verifyJwt(wrong, ours, alg))).toBe(false)
  })
})

it('RFC 8725 3.1: no key verifies with another algorithm than its own', async () => {
  const bytes = crypto.getRandomValues(new Uint8Array(64))
  const keys = [
    ...(await Promise.all(
      PUBLIC.map(async (alg) => importPublicKey((await pairOf(alg)).open as JsonWebKey, alg)),
    )),
    ...(await Promise.all(SHARED.map((alg) => importSecret(bytes, alg)))),
  ]
  const all = [...PUBLIC, ...SHARED]
  for (const [at, alg] of [...all, 'none', 'HS', 'XS256'].entries()) {
    const token = `${encode(JSON.stringify({ alg }))}.e30.AA`
    for (const [other, key] of keys.entries())
      if (other !== at) await expect(verifyJwt(token, key, alg)).rejects.toThrow()
  }
})

describe('keys that jose refuses are refused', () => {
  it.each<[string, (pair: { open: JWK; secret: JWK }) => JWK]>([
    ['a private one', ({ secret }) => secret],
    ['one that is there to encrypt', ({ open }) => ({ ...open, key_ops: ['encrypt'] })],
    ['one that signs, too', ({ open }) => ({ ...open, key_ops: ['verify', 'sign'] })],
    ['one for several things twice', ({ open }) => ({ ...open, key_ops: ['verify', 'verify'] })],
    ['one of another curve', ({ open }) => ({ ...open, crv: 'P-384' })],
    ['one of another kind', ({ open }) => ({ ...open, kty: 'RSA' })],
    ['one that is no point of the curve', ({ open }) => ({ ...open, x: open.y ?? '' })],
  ])('%s', async (_, make) => {
    const pair = await newPair('ES256')
    const key = make(pair)
    const token = await signed('ES256', pair.secret)
    expect(await isTaken(compactVerify(token, key, { algorithms: ['ES256'] }))).toBe(false)
    expect(await isTaken(importPublicKey(key as JsonWebKey, 'ES256'))).toBe(false)
  })
})

describe('RFC 4648 5: base64url', () => {
  it('is written and read as everybody does', () => {
    for (let length = 0; length < 70; length += 1) {
      const bytes = crypto.getRandomValues(new Uint8Array(length))
      const text = Buffer.from(bytes).toString('base64url')
      expect([encode(bytes), [...decode(text)]]).toEqual([text, [...bytes]])
    }
    expect(encode('ä')).toBe('w6Q')
  })

  it.each(['a+==', 'a/==', 'a', '***'])('%s is none', (text) => {
    expect(() => decode(text)).toThrow()
  })
})
