import { createECDH, createHash } from 'node:crypto'
import fc from 'fast-check'
import { anyJson } from './inputs.ts'

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
