import { createHash } from 'node:crypto'
import { CompactSign, calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'

/** A challenge over this, as a gateway makes it; the auth server leaves its signature to the gateway. */
export function challengeOver(subject: string): string {
  const sub = createHash('sha256').update(subject).digest().toString('latin1')
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'HS256', typ: 'challenge+jwt' })}.${part({ sub, exp: 1 })}.c2lnbmVk`
}

/** A browser's key, and the proofs that it makes. */
export async function testDevice(alg: 'ES256' | 'RS256' | 'ES384' | 'EdDSA' = 'ES256') {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = await exportJWK(publicKey)
  const prove = (subject: string, { header = {}, claims = {} }: { header?: object; claims?: object } = {}) =>
    new CompactSign(new TextEncoder().encode(JSON.stringify({ jti: challengeOver(subject), ...claims })))
      .setProtectedHeader({ alg, typ: 'dbsc+jwt', ...header })
      .sign(privateKey)
  return {
    jwk,
    jkt: await calculateJwkThumbprint(jwk),
    prove,
    /** The proof of a registration, which brings the key along. */
    register: (sid: string, header: object = {}) => prove(sid, { header: { jwk, ...header } }),
  }
}
