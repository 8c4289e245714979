import { compactVerify } from 'jose/jws/compact/verify'
import type { JsonObject } from '../json-object.ts'
import { isJsonObject } from '../json-object.ts'

/**
 * RFC 7515 3.1: three base64url parts, each in the one way to write it (RFC 4648 3.5), and not one other character: a
 * lenient decoder takes white space, padding and stray bits, and one token would have many spellings.
 */
const COMPACT_JWS = /^(?:(?:[\w-]{4})*(?:[\w-]{4}|[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])(?:\.(?!$)|$)){3}$/

export const isCompactJws = (token: string): boolean => COMPACT_JWS.test(token)

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Verifies the signature of a JWT and reads its claims set (RFC 7519 7.2); throws for anything else. The caller
 * checks what the claims mean.
 */
export async function verifyJwt(
  token: string,
  key: CryptoKey,
  alg: string,
): Promise<{ header: JsonObject; payload: JsonObject }> {
  if (!isCompactJws(token)) throw new TypeError('no compact JWS')
  const { payload, protectedHeader } = await compactVerify(token, key, { algorithms: [alg] })
  const claims: unknown = JSON.parse(strict.decode(payload))
  if (!isJsonObject(claims)) throw new TypeError('no claims set')
  return { header: protectedHeader, payload: claims }
}
