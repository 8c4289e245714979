import type { Protection } from '../protection.ts'

const folder = 'lib/gateway/cookies'
const attacks = `${folder}/cookie-attacks.test.ts`
const sessionCookies = `${folder}/session-cookies.ts`

/** Protections that keep cookies whole, and others' cookies out. */
export const gatewayCookies: readonly Protection[] = [
  {
    row: 'ASVS 3.3.1, 3.3.3',
    file: sessionCookies,
    test: attacks,
    title: 'ASVS 3.3.3, RFC 6265bis 4.1.3.2',
    without: {
      'return secure && settings.domain === undefined ? `__Host-${name}` : name': 'return name',
    },
  },
  {
    row: 'ASVS 3.3.1, 3.3.3',
    file: `${folder}/header.ts`,
    test: attacks,
    title: 'ASVS 3.3.3, RFC 6265bis 4.1.3.2',
    without: { "character === ' ' || character === '\\t'": "/\\s/.test(character ?? '')" },
  },
  {
    row: 'ASVS 3.3.2, 3.3.4',
    file: `${folder}/set-cookie.ts`,
    test: `${folder}/cookie-names.test.ts`,
    without: {
      '`HttpOnly; SameSite=${SAME_SITE[attributes.sameSite]}`':
        '`SameSite=${SAME_SITE[attributes.sameSite]}`',
      'HttpOnly; SameSite=${SAME_SITE[attributes.sameSite]}': 'HttpOnly',
      "...(attributes.secure ? ['Secure'] : [])": '',
    },
  },
  {
    row: 'ASVS 3.3.5, 4.2.5',
    file: sessionCookies,
    test: attacks,
    title: 'ASVS 3.3.5, 4.2.5',
    without: { 'if (name.length + encodedLength <= MAX_BYTES) return': 'return' },
  },
  {
    row: 'ASVS 3.3.5, 4.2.5',
    file: 'lib/gateway/renewal/verify-issued.ts',
    test: attacks,
    title: 'ASVS 3.3.5, 4.2.5',
    without: {
      'const fits = bytes <= MAX_COOKIE_BYTES': 'const fits = true',
      'const MAX_COOKIE_BYTES = 12_288': 'const MAX_COOKIE_BYTES = 16_384',
    },
  },
  {
    row: 'ASVS 3.3.5, 4.2.5',
    file: 'lib/gateway/renewal/verify-issued.ts',
    test: `${folder}/long-refresh-token.test.ts`,
    without: {
      'const isTooLong = (refreshToken?.length ?? 0) > settings.maxRefreshTokenBytes':
        'const isTooLong = false',
    },
  },
  {
    row: 'RFC 6265bis 4.1.1',
    file: `${folder}/set-cookie.ts`,
    test: attacks,
    title: 'RFC 6265bis 4.1.1',
    without: { 'return [...last.values()]': 'return [...changes]' },
  },
  {
    row: 'RFC 9110 5.5, ASVS 4.2.4',
    file: `${folder}/header.ts`,
    test: attacks,
    title: 'RFC 9110 5.5, ASVS 4.2.4',
    without: { 'COOKIE_VALUE.test(value)': "value !== ''" },
  },
  {
    row: 'RFC 9110 5.5, ASVS 4.2.4',
    file: 'lib/gateway/response/return-to.ts',
    test: attacks,
    title: 'RFC 9110 5.5, ASVS 4.2.4',
    without: { 'encodeURIComponent(returnToOf(url))': 'decodeURIComponent(returnToOf(url))' },
  },
]
