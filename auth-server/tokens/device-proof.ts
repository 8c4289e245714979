import { createHash } from 'node:crypto'
import { calculateJwkThumbprint, compactVerify, decodeProtectedHeader, importJWK, type JWK } from 'jose'
import { z } from 'zod'

/*
 * A proof of possession, as browsers make it (Device Bound Session Credentials, `dbsc+jwt`). Its `jti` is the challenge of a gateway: a JWT whose
 * `sub` is the SHA-256 of what is proven, a character for each byte. The gateway has signed it, and looks after its age. Here it is enough that
 * the device has: nobody can know a refresh token before it is made, and each is good once.
 */

/** Public keys as a store keeps them: the members of their kind, in one order, so that equal keys are equal texts. */
const publicKey = z.union([
  z
    .object({
      kty: z.literal('EC'),
      crv: z.literal('P-256'),
      x: z.string().length(43),
      y: z.string().length(43),
    })
    .transform(({ kty, crv, x, y }) => ({ kty, crv, x, y })),
  // From 2048 to 4096 bits.
  z
    .object({ kty: z.literal('RSA'), n: z.string().min(342).max(683), e: z.string().max(6) })
    .transform(({ kty, n, e }) => ({ kty, n, e })),
])

const MAX_LENGTH = 4096
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/

/** The algorithm for a key: one for each kind, and no other. */
const algorithmOf = ({ kty }: JWK) => (kty === 'RSA' ? 'RS256' : 'ES256')

/** The key that a proof brings along, as a store keeps it: the one of a registration alone does. Nothing is proven by that. */
export function keyIn(proof: string): string | undefined {
  try {
    const parsed = publicKey.safeParse(decodeProtectedHeader(proof).jwk)
    return parsed.success ? JSON.stringify(parsed.data) : undefined
  } catch {
    return undefined
  }
}

/**
 * Whether the device with this key has signed a challenge for this.
 *
 * @param key - as {@link keyIn} answers it
 * @param subject - the id of a session, to be bound; a refresh token, to renew by it
 */
export async function isProof(proof: string, key: string, subject: string): Promise<boolean> {
  // jose skips white space inside the parts.
  if (proof.length > MAX_LENGTH || !COMPACT.test(proof)) return false
  try {
    const jwk: JWK = JSON.parse(key)
    const alg = algorithmOf(jwk)
    const { payload, protectedHeader } = await compactVerify(proof, await importJWK(jwk, alg), {
      algorithms: [alg],
    })
    const { jti } = JSON.parse(Buffer.from(payload).toString())
    const { sub } = JSON.parse(Buffer.from(String(jti).split('.')[1] ?? '', 'base64url').toString())
    return (
      protectedHeader.typ === 'dbsc+jwt' &&
      sub === createHash('sha256').update(subject).digest().toString('latin1')
    )
  } catch {
    return false
  }
}

/** Names a key (RFC 7638), as `cnf.jkt` of access tokens does (RFC 9449 6.1). */
export const thumbprintOf = (key: string): Promise<string> => calculateJwkThumbprint(JSON.parse(key))
