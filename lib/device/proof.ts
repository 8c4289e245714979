import type { GatewayEvent } from '../gateway/events/events.ts'
import type { JsonObject } from '../gateway/json-object.ts'
import { importPublicKey } from '../gateway/token/algorithms.ts'
import { tokenPart } from '../gateway/token/token-part.ts'
import { isCompactJws, verifyJwt } from '../gateway/token/verify-jwt.ts'

/** The check that a proof has failed. */
type Flaw = Extract<GatewayEvent, { readonly type: 'device.proof-invalid' }>['reason']

/** The result of a look at a proof; `jti` is the challenge that was signed, and is not checked here. */
export type ProofReading =
  | { readonly result: 'good'; readonly jwk: JsonObject; readonly alg: ProofAlgorithm; readonly jti: string }
  | { readonly result: 'bad'; readonly reason: Flaw }

type ProofAlgorithm = 'ES256' | 'RS256'

/**
 * Reads a proof of possession (Device Bound Session Credentials, `dbsc+jwt`).
 *
 * @param known the device's key; undefined at registration, where the proof itself holds it, and nothing else does.
 * @param address of the endpoint. A proof names none as a rule; one that names another is for somebody else.
 */
export async function readProof(
  proof: string,
  known: JsonObject | undefined,
  address: string,
): Promise<ProofReading> {
  const header = isCompactJws(proof) ? tokenPart(proof, 0) : undefined
  if (!header) return bad('malformed')
  if (header.typ !== 'dbsc+jwt') return bad('typ')
  const jwk = known ?? (header.jwk as JsonObject | undefined)
  // The allow list: one algorithm for each kind of key, and no other. The key is imported for it, or not at all.
  const alg = jwk?.kty === 'RSA' ? 'RS256' : 'ES256'
  if (header.alg !== alg) return bad('alg')
  const key = jwk && (await importPublicKey(jwk, alg).catch(() => null))
  if (!key) return bad('key')
  const verified = await verifyJwt(proof, key, alg).catch(() => null)
  if (!verified) return bad('signature')
  const { aud, jti } = verified.payload
  if (aud !== undefined && aud !== address) return bad('aud')
  return typeof jti === 'string' ? { result: 'good', jwk, alg, jti } : bad('challenge')
}

const bad = (reason: Flaw) => ({ result: 'bad', reason }) as const
