import { constants, createHmac, type KeyObject, type SignKeyObjectInput, sign } from 'node:crypto'
import type { SigningAlgorithm } from './signing-keys.ts'

/** The algorithms that this makes signatures with: a shared secret's, or a private key's. */
export type JwsAlgorithm = 'HS256' | SigningAlgorithm

/** The hash, and what the key's default is not. */
type Form = readonly [hash: 'sha256' | null, options: Omit<SignKeyObjectInput, 'key'>]

const FORMS: Readonly<Record<SigningAlgorithm, Form>> = {
  // RFC 7518, 3.4: both numbers in 32 bytes each, and not in DER.
  ES256: ['sha256', { dsaEncoding: 'ieee-p1363' }],
  // RFC 8032: Ed25519 hashes by itself.
  EdDSA: [null, {}],
  RS256: ['sha256', { padding: constants.RSA_PKCS1_PADDING }],
  // RFC 7518, 3.5: the salt is as long as the hash.
  PS256: [
    'sha256',
    { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
  ],
}

/**
 * Makes signed texts in the compact form of JWS (RFC 7515, 7.1), all with one key and one header.
 *
 * `jose` verifies them. Signing with it, by Web Crypto, costs the thread that answers about a quarter more. Signatures of private keys
 * are made on another thread: one of RSA takes most of a millisecond.
 *
 * @param header - its members beside `alg`
 * @returns rejects when the key cannot sign
 * @example
 * const sign = createJwsSigner('ES256', privateKey, { kid: '2026-11', typ: 'at+jwt' })
 * const token = await sign({ sub: 'user-1' })
 */
export function createJwsSigner(
  alg: JwsAlgorithm,
  key: KeyObject,
  header: Readonly<Record<string, string>>,
): (payload: object) => Promise<string> {
  const signature = alg === 'HS256' ? hmac(key) : signatureOf(key, FORMS[alg])
  const prefix = `${encoded({ alg, ...header })}.`
  return async (payload) => {
    const input = prefix + encoded(payload)
    return `${input}.${await signature(input)}`
  }
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}

function hmac(key: KeyObject) {
  return (input: string) => createHmac('sha256', key).update(input).digest('base64url')
}

function signatureOf(key: KeyObject, [hash, options]: Form) {
  const signer = { ...options, key }
  return (input: string) =>
    new Promise<string>((resolve, reject) => {
      sign(hash, Buffer.from(input), signer, (error, signature) =>
        error ? reject(error) : resolve(signature.toString('base64url')),
      )
    })
}
