import { createECDH, createHash } from 'node:crypto'
import fc from 'fast-check'
import { createAccessTokens } from '../../../auth-server/tokens/access-token.ts'
import { parseSigningKeys } from '../../../auth-server/tokens/signing-keys.ts'
import { defineTarget } from '../define-target.ts'
import { anyJson, edited, edits } from '../inputs.ts'
import { holds, same } from '../oracle.ts'
import { NOW } from '../signing.ts'

const ecdh = createECDH('prime256v1')
ecdh.setPrivateKey(createHash('sha256').update('the key of a fuzzer').digest())
const point = ecdh.getPublicKey()
/** The same at each run, so that a seed leads to the same input. */
export const JWK = {
  kty: 'EC',
  crv: 'P-256',
  kid: 'k1',
  alg: 'ES256',
  d: ecdh.getPrivateKey().toString('base64url'),
  x: point.subarray(1, 33).toString('base64url'),
  y: point.subarray(33).toString('base64url'),
}
const member = (...right: unknown[]) =>
  fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...right) }, { weight: 1, arbitrary: anyJson })
const key = fc.record(
  {
    kty: member(JWK.kty, JWK.kty, 'OKP', 'RSA', 'oct'),
    crv: member(JWK.crv, JWK.crv, 'Ed25519', 'P-384'),
    kid: member('k1', 'k2', 'k3'),
    alg: member('ES256', 'ES256', 'EdDSA', 'RS256', 'HS256'),
    d: member(JWK.d, JWK.d, JWK.x),
    x: member(JWK.x, JWK.x, JWK.y),
    y: member(JWK.y),
    n: member(JWK.x),
    e: member('AQAB'),
    k: member(JWK.d),
  },
  { requiredKeys: ['kty', 'crv', 'kid', 'alg', 'd', 'x', 'y'] },
)
export const keySet = fc.oneof(
  { weight: 4, arbitrary: fc.array(key, { maxLength: 3 }).map((keys) => JSON.stringify({ keys })) },
  { weight: 1, arbitrary: anyJson.map((value) => JSON.stringify(value)) },
)
const signingKeys = defineTarget(
  'SIGNING_KEYS',
  fc.record({ keySet, edits: fc.option(edits, { nil: [], freq: 3 }) }),
  async ({ keySet, edits }) => {
    const parsed = parseSigningKeys(edited(keySet, edits))
    if ('reason' in parsed)
      return holds(
        !parsed.reason.includes(JWK.d.slice(0, 8)) && parsed.reason.length < 120,
        'a reason shows no key',
      )
    for (const { publicJwk } of parsed.keys)
      holds(!('d' in publicJwk) && !('k' in publicJwk), 'nothing private is published')
    same(new Set(parsed.keys.map(({ kid }) => kid)).size, parsed.keys.length, 'each key has its own name')
    const tokens = createAccessTokens({
      keys: { mode: 'keys', keys: parsed.keys },
      issuer: 'i',
      audience: 'a',
      ttl: 9,
      random: (bytes) => new Uint8Array(bytes),
    })
    const { token } = await tokens.issue(
      { id: 'u', roles: [] },
      { sid: 's', timeLeft: 9000, authTime: NOW, amr: ['pwd'] },
      NOW * 1000,
    )
    same((await tokens.verify(token, NOW * 1000))?.sub, 'u', 'keys that were accepted sign and verify')
  },
)

export const signingKeyTargets = [signingKeys]
