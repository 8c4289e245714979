import fc from 'fast-check'
import { CLAIMS, hs256, SECRET } from '../../../scripts/testing/fuzz/tokens.ts'
import { resolveOptions } from '../options.ts'
import { createKeySet } from '../token/key-set.ts'
import signed from './signed-tokens.json' with { type: 'json' }

export const shared = resolveOptions({ remoteApi: 'http://backend.test', keys: { secret: SECRET } })
export const published = resolveOptions({ remoteApi: 'http://backend.test', keys: { jwks: signed.jwks } })
/** An issuer, with the settings of a gateway that trusts it. */
export const ISSUERS = [
  {
    token: hs256({ alg: 'HS256', typ: 'at+jwt' }, CLAIMS),
    settings: { ...shared, keys: createKeySet(shared) },
  },
  ...Object.values(signed.tokens).map((token) => ({
    token,
    settings: { ...published, keys: createKeySet(published) },
  })),
] as const
export const issuer = fc.nat(ISSUERS.length - 1)

/** The same token: signed text unchanged, and a signature of the same bytes. */
export function sameToken(a: string, b: string): boolean {
  const [one, other] = [a.lastIndexOf('.'), b.lastIndexOf('.')]
  const bytes = (token: string, from: number) => Buffer.from(token.slice(from + 1), 'base64url')
  return a.slice(0, one) === b.slice(0, other) && bytes(a, one).equals(bytes(b, other))
}

export const KIDS = [...signed.jwks.keys.map(({ kid }) => kid), 'unknown', '', '../../dev/null', "' OR 1=1"]
const algs = [
  'none',
  'None',
  'HS256',
  'hs256',
  'HS512',
  'ES256',
  'EdDSA',
  'RS256',
  'PS256',
  'dir',
  '',
  null,
  0,
  ['HS256'],
]
/** A header that a forger may try. */
export const forgedHeader = fc.record(
  {
    alg: fc.constantFrom<unknown>(...algs),
    typ: fc.constantFrom<unknown>('at+jwt', 'AT+JWT', 'application/at+jwt', 'JWT', 'userdata+jwt', null),
    kid: fc.constantFrom<unknown>(...KIDS, null, 7, {}),
    jwk: fc.constant({ kty: 'oct', k: 'AAAA' }),
    jku: fc.constant('https://evil.example/jwks.json'),
    crit: fc.constantFrom<unknown>([], ['b64'], 'b64'),
    b64: fc.boolean(),
    zip: fc.constant('DEF'),
  },
  { requiredKeys: ['alg'] },
)
