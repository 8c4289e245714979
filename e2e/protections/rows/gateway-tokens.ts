import type { Protection } from '../protection.ts'

const folder = 'lib/gateway/token'
const claims = `${folder}/claims.ts`
const accessToken = `${folder}/access-token.ts`
const verifyJwt = `${folder}/verify-jwt.ts`
const test = `${folder}/access-token.test.ts`
const forgery = `${folder}/access-token-forgery.test.ts`
const spelling = `${folder}/access-token-spelling.test.ts`

/** Reads the parts of a token, whoever signed it. */
const UNVERIFIED = `const [protectedHeader, payload] = [0, 1].map((part) =>
    Uint8Array.from(atob(token.split('.')[part].replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0)))`

/** Protections against forged, foreign and old access tokens. */
export const gatewayTokens: readonly Protection[] = [
  {
    row: 'ASVS 9.1.1',
    file: verifyJwt,
    test,
    title: 'ASVS 9.1.1',
    without: {
      'const { payload, protectedHeader } = await compactVerify(token, key, { algorithms: [alg] })': `${UNVERIFIED}
  return { header: JSON.parse(strict.decode(protectedHeader)), payload: JSON.parse(strict.decode(payload)) }`,
    },
  },
  {
    row: 'ASVS 9.1.2, RFC 8725 3.1',
    file: `${folder}/read-key-set.ts`,
    test: forgery,
    title: 'ASVS 9.1.2, RFC 8725 3.1',
    without: { 'if (named?.alg !== alg || !named)': 'if (!named)' },
  },
  {
    row: 'ASVS 9.1.2, RFC 8725 3.1',
    file: `${folder}/key-set.ts`,
    test: forgery,
    title: 'ASVS 9.1.2, RFC 8725 3.1',
    without: { 'header.alg === alg ?': 'header.alg ?' },
  },
  {
    row: 'ASVS 9.1.3, RFC 8725 3.10, RFC 7515 4.1.11',
    file: accessToken,
    test: forgery,
    title: 'ASVS 9.1.3, RFC 8725 3.10',
    without: {
      "['jku', 'jwk', 'x5u', 'x5c', 'crit']": '[]',
      "'jku', ": '',
      "'crit'": '',
    },
  },
  {
    row: 'ASVS 9.2.1, RFC 7519 4.1.4, 4.1.5',
    file: accessToken,
    test,
    title: 'ASVS 9.2.1',
    without: { "if (claims.expiresAt <= now) return { state: 'expired', claims }": '' },
  },
  {
    row: 'ASVS 9.2.1, RFC 7519 4.1.4, 4.1.5',
    file: claims,
    test,
    title: 'ASVS 9.2.1',
    without: {
      'isTime(value) && value <= now + NBF_TOLERANCE': 'isTime(value)',
      'const NBF_TOLERANCE = 5': 'const NBF_TOLERANCE = 6',
    },
  },
  {
    row: 'ASVS 9.2.1, RFC 7519 4.1.4, 4.1.5',
    file: claims,
    test: forgery,
    title: 'ASVS 9.2.1',
    without: {
      'exp: isTime,': 'exp: () => true,',
      "typeof value === 'number' && Math.abs(value) <= END_OF_TIME": "typeof value === 'number'",
    },
  },
  {
    row: 'ASVS 9.2.2, RFC 8725 3.11, RFC 9068 4',
    file: accessToken,
    test: forgery,
    title: 'ASVS 9.2.2, RFC 8725 3.11',
    without: { "if (!ACCESS_TOKEN_TYPE.test(JSON.stringify(verified.typ))) return invalid('typ')": '' },
  },
  {
    row: 'ASVS 9.2.2, RFC 8725 3.11, RFC 9068 4',
    file: `${folder}/gateway-token.ts`,
    test: forgery,
    title: 'ASVS 9.2.2, RFC 8725 3.11',
    without: { 'verified?.header.typ === typ &&': 'verified &&' },
  },
  {
    row: 'ASVS 9.2.3, 10.3.1, RFC 8725 3.8, 3.9, RFC 9068 4',
    file: claims,
    test: forgery,
    title: 'ASVS 9.2.3, RFC 9068 4',
    without: {
      'iss: (value, { issuer }) => value === issuer,': '',
      'aud: (value, { audience }) => value === audience || (Array.isArray(value) && value.includes(audience)),':
        '',
    },
  },
  {
    row: 'RFC 9068 2.2',
    file: claims,
    test,
    title: 'RFC 9068 2.2',
    without: {
      'sub: isText,': '',
      'sid: isText,': '',
      'iat: isTime,': '',
      'jti: isText,': '',
      "roles: (value) => Array.isArray(value) && value.every((role) => typeof role === 'string'),": '',
    },
  },
  {
    row: 'RFC 7515 3.1, RFC 4648 3.5',
    file: verifyJwt,
    test: spelling,
    title: 'RFC 7515 3.1',
    without: {
      // Any stray bits in the last character.
      '[\\w-][AQgw]|[\\w-]{2}[AEIMQUYcgkosw048]': '[\\w-]{2,3}',
      'COMPACT_JWS.test(token)': "token.split('.').length === 3",
    },
  },
]
