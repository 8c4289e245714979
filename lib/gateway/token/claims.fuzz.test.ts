import fc from 'fast-check'
import { anyJson } from '../../../scripts/testing/fuzz/inputs.ts'
import { holds, same } from '../../../scripts/testing/fuzz/oracle.ts'
import { fuzz } from '../../../scripts/testing/fuzz/property.ts'
import { CLAIMS, hs256, NOW } from '../../../scripts/testing/fuzz/tokens.ts'
import { forgedHeader, ISSUERS, shared } from '../testing/signed-tokens.ts'
import { readAccessToken } from './access-token.ts'
import { readClaims } from './claims.ts'

const TIMES = [
  NOW,
  NOW - 1,
  NOW + 5,
  NOW + 6,
  NOW + 900,
  0,
  -1,
  0.5,
  1e308,
  Number.MAX_SAFE_INTEGER,
  `${NOW}`,
  null,
]
const time = fc.oneof(fc.constantFrom<unknown>(...TIMES), anyJson)
const wrong = <T>(right: T) => fc.oneof({ weight: 3, arbitrary: fc.constant<unknown>(right) }, anyJson)
const someClaims = fc.record(
  {
    iss: wrong('evergate'),
    aud: fc.oneof(wrong('evergate-app'), fc.constant(['other', 'evergate-app']), fc.constant(['other'])),
    sub: wrong('user-1'),
    sid: wrong('session-1'),
    jti: wrong('token-1'),
    iat: time,
    exp: time,
    nbf: time,
    roles: fc.oneof(wrong(['user']), fc.constant(['admin', 1])),
  },
  { requiredKeys: [] },
)
const isName = (value: unknown) => typeof value === 'string' && value.length > 0
const isTime = (value: unknown) => typeof value === 'number' && Number.isFinite(value)

/** CONTRACT 4, said a second time. */
function acceptable(claims: Record<string, unknown>): boolean {
  const { iss, aud, sub, sid, jti, iat, exp, nbf, roles } = claims
  const isOurs = iss === 'evergate' && [aud].flat().includes('evergate-app')
  const isNamed = [sub, sid, jti].every(isName)
  const isTimed =
    isTime(iat) && isTime(exp) && (!('nbf' in claims) || (isTime(nbf) && (nbf as number) - 5 <= NOW))
  return (
    isOurs && isNamed && isTimed && Array.isArray(roles) && roles.every((role) => typeof role === 'string')
  )
}

const mostlyGoodHeader = fc.oneof(
  { weight: 2, arbitrary: fc.constant<{ alg: unknown }>({ alg: 'HS256', typ: 'at+jwt' } as never) },
  {
    weight: 1,
    arbitrary: fc.record({
      alg: fc.constant<unknown>('HS256'),
      typ: fc.constantFrom('JWT', 'userdata+jwt', 'AT+JWT', 'xat+jwt', 'at+jwtx'),
    }),
  },
  { weight: 1, arbitrary: forgedHeader.map((header) => ({ ...header, alg: 'HS256', typ: 'at+jwt' })) },
)
const REFUSED = ['jku', 'jwk', 'x5u', 'x5c', 'crit']

/** Signed with the right secret: what is signed is all that can be wrong. */
fuzz(
  'well signed access token',
  fc.record({ header: mostlyGoodHeader, claims: fc.oneof(fc.constant<object>(CLAIMS), someClaims) }),
  async ({ header, claims }) => {
    const text = JSON.stringify(claims)
    const parsed = JSON.parse(text)
    const reading = readClaims(parsed, shared, NOW)
    holds(reading.result === 'bad' || acceptable(parsed), 'good claims are what the contract asks')
    const { settings } = ISSUERS[0]
    const { state } = await readAccessToken(hs256(header, text), settings, NOW)
    const typ = 'typ' in header ? String(header.typ).toLowerCase() : ''
    const isAccessToken = typ === 'at+jwt' && !REFUSED.some((name) => name in header)
    if (reading.result === 'bad' || !isAccessToken) return same(state, 'invalid', 'no session without both')
    holds(['valid', 'expiring', 'expired'].includes(state) || 'b64' in header, 'with both there is one')
    if (state !== 'invalid') same(state === 'expired', parsed.exp <= NOW, 'expired from exp on')
  },
)
