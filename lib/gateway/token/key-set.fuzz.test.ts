import fc from 'fast-check'
import { anyJson } from '../../../scripts/testing/fuzz/inputs.ts'
import { holds, same, thrownBy } from '../../../scripts/testing/fuzz/oracle.ts'
import { fuzz } from '../../../scripts/testing/fuzz/property.ts'
import { CLAIMS, hs256, NOW, SECRET } from '../../../scripts/testing/fuzz/tokens.ts'
import { GatewayError } from '../errors.ts'
import signed from '../testing/signed-tokens.json' with { type: 'json' }
import { forgedHeader, KIDS, published } from '../testing/signed-tokens.ts'
import { readAccessToken } from './access-token.ts'
import type { KeySet } from './key-set.ts'
import { localKeySet, remoteKeySet } from './key-set.ts'

const member = <T>(...right: T[]) =>
  fc.oneof({ weight: 4, arbitrary: fc.constantFrom<unknown>(...right) }, anyJson)
const anyKey = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom<unknown>(...signed.jwks.keys) },
  {
    weight: 5,
    arbitrary: fc.record(
      {
        kty: member('EC', 'OKP', 'RSA', 'oct'),
        crv: member('P-256', 'Ed25519', 'P-384'),
        alg: member('ES256', 'EdDSA', 'RS256', 'PS256', 'HS256', 'none'),
        kid: member(...KIDS),
        use: member('sig', 'enc'),
        k: fc.constant(Buffer.from(SECRET).toString('base64url')),
        x: member(signed.jwks.keys[0]?.x),
        y: member(signed.jwks.keys[0]?.y),
        n: member(signed.jwks.keys[2]?.n),
        e: member('AQAB'),
        d: member('AAAA'),
      },
      { requiredKeys: [] },
    ),
  },
  { weight: 1, arbitrary: anyJson },
)
const anyKeySet = fc.oneof(
  { weight: 5, arbitrary: fc.record({ keys: fc.array(anyKey, { maxLength: 4 }) }) as fc.Arbitrary<unknown> },
  { weight: 1, arbitrary: anyJson },
)
/** The kinds of keys in WebCrypto's words. */
const NAMES: Record<string, string> = { ES: 'ECDSA', Ed: 'Ed25519', RS: 'RSASSA-PKCS1-v1_5', PS: 'RSA-PSS' }
const KNOWN = new Set(Object.values(signed.tokens))
fuzz(
  'key set',
  fc.record({
    set: anyKeySet,
    cut: fc.option(fc.nat(2000)),
    status: fc.constantFrom(200, 200, 200, 404, 500),
    header: forgedHeader,
  }),
  async ({ set, cut, status, header }) => {
    const text = JSON.stringify(set)
    const untold = { onEvent: () => {}, told: new Set<string>() }
    const body = cut === null ? text : text.slice(0, cut)
    const remote = remoteKeySet({
      url: 'http://backend.test/jwks',
      fetch: async () => new Response(body, { status }),
      clock: () => NOW * 1000,
      timeout: 1000,
      ...untold,
    })
    let local: KeySet | undefined
    const error = thrownBy(GatewayError, () => {
      local = localKeySet(JSON.parse(text), untold)
    })
    holds(local !== undefined || error !== undefined, 'a key set, or its documented error')
    for (const keys of [remote, ...(local ? [local] : [])]) {
      const lookup = await keys.find(header as never)
      if (lookup.result === 'found') {
        const { type, algorithm, usages } = lookup.key
        const named = (set as { keys: { kid?: unknown; alg?: unknown }[] }).keys.filter(
          (key) => key?.kid === header.kid && key.alg === header.alg,
        )
        holds(named.length > 0, 'a key is used as it is named')
        holds(/^(EdDSA|[ERP]S(256|384|512))$/.test(String(header.alg)), 'and never for a shared secret')
        same([type, [...usages]], ['public', ['verify']], 'a key verifies, and does nothing else')
        same(algorithm.name, NAMES[String(header.alg).slice(0, 2)], 'a key is of its kind')
        holds(status === 200 || keys !== remote, 'a failed answer brings no key')
      }
      const settings = { ...published, keys }
      for (const token of [hs256(header, CLAIMS), ...KNOWN]) {
        const { state } = await readAccessToken(token, settings, NOW)
        holds(state !== 'valid' || KNOWN.has(token), 'no set makes a forgery good')
      }
    }
  },
)
