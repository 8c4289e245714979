import type { Protection } from '../protection.ts'

const folder = 'auth-server/tokens'
const accessToken = `${folder}/access-token.ts`
const accessTest = `${folder}/access-token.test.ts`
const refreshToken = `${folder}/refresh-token.ts`
const refreshTest = `${folder}/refresh-token.test.ts`
const attacks = 'auth-server/routes/refresh-attacks.each-store.test.ts'
const signingKeys = `${folder}/signing-keys.ts`
const environment = 'auth-server/config/environment.test.ts'

/** Protections of keys and tokens of the auth server. */
export const authTokens: readonly Protection[] = [
  {
    row: 'ASVS 11.5.1',
    file: 'auth-server/config/secret-strength.ts',
    test: 'auth-server/config/secret-strength.test.ts',
    without: {
      'bytes.length >= MIN_BYTES && ': '',
      'new Set(text).size >= MIN_CHARACTERS && ': '',
      ' && !isRepetition(text, LONGEST_PATTERN)': '',
    },
  },
  {
    row: 'ASVS 11.5.1',
    file: 'lib/next/config/environment.ts',
    test: 'lib/next/config/environment.test.ts',
    without: {
      'bytes.length >= 32 && ': '',
      'new Set(text).size >= 8 && ': '',
      ' && !repeats': '',
    },
  },
  {
    row: 'ASVS 11.6.1, RFC 8725 3.5 weak private keys',
    file: signingKeys,
    test: environment,
    without: {
      "if ((details?.modulusLength ?? 0) < 2048) return 'must have at least 2048 bits (RSA)'": '',
      'return exponent >= 65537n && exponent % 2n === 1n': 'return true',
      "details?.namedCurve === 'prime256v1' ?": 'true ?',
      'if (!belongTogether(alg, privateKey, publicKey))': 'if (false)',
      'if (keys.some((other) => other.kid === key.kid))': 'if (false)',
    },
  },
  {
    row: 'ASVS 11.2.3',
    file: signingKeys,
    test: environment,
    without: { '(details?.modulusLength ?? 0) < 2048': '(details?.modulusLength ?? 0) < 1024' },
  },
  {
    row: 'RFC 8725 3.5 weak public keys',
    file: 'lib/gateway/token/read-key-set.ts',
    test: 'lib/gateway/token/key-set.test.ts',
    title: 'RFC 8725 3.5',
    without: {
      'STRONG_MODULUS.test(`${rest.n}`) && ': '',
      ' && STRONG_EXPONENT.test(`${rest.e}`)': '',
    },
  },
  {
    row: 'ASVS 11.2.2, 13.3.4',
    file: 'lib/cli/keys/ring.ts',
    test: 'scripts/lib/keys.test.ts',
    without: {
      '[...next, ...(staged ? keys.slice(0, -1) : keys)]': 'next',
      'ring.keys.filter((key) => !older.has(key))': 'ring.keys',
    },
  },
  {
    row: 'ASVS 7.2.1, 7.2.2, 7.2.3',
    file: refreshToken,
    test: refreshTest,
    without: {
      '!equalTexts(presented, expected) || !key': '!key',
      "mac(key ?? newest, token.slice(0, token.lastIndexOf('.')))":
        'mac(key ?? newest, `e1.${sid}.0.${number}`)',
    },
  },
  {
    row: 'ASVS 7.3.1 idle limit',
    file: 'auth-server/store/store.ts',
    test: attacks,
    title: 'ASVS 7.3.1',
    without: { 'session.idleExpiresAt > now && ': '' },
  },
  {
    row: 'ASVS 7.3.2, 10.4.8 absolute limit',
    file: 'auth-server/store/store.ts',
    test: `${folder}/rotation.test.ts`,
    without: { ' && session.absoluteExpiresAt > now': '' },
  },
  {
    row: 'ASVS 9.1.1, 9.1.2, 9.1.3',
    file: accessToken,
    test: accessTest,
    without: {
      'algorithms: [trustedKey.alg],': '',
      ' || !Object.keys(header).every((name) => HEADER_MEMBERS.has(name))': '',
      'const verified = await jwtVerify(token, trustedKey.key, {':
        "const verified = { payload: JSON.parse(String(Buffer.from(token.split('.')[1], 'base64url'))) }\n void ({",
    },
  },
  {
    row: 'ASVS 9.2.1, 9.2.2, 9.2.3',
    file: accessToken,
    test: accessTest,
    without: {
      "          typ: 'at+jwt',\n": '',
      '          issuer,\n          audience,\n          currentDate':
        '          audience,\n          currentDate',
      'parsed.data.exp * 1000 > now': 'true',
      'clockTolerance: NBF_TOLERANCE_S': 'clockTolerance: 600',
      'Math.min(iat + ttl, sessionExpiry)': 'iat + ttl',
      'sub: z.string().min(1),': 'sub: z.string().optional(),',
      'sid: z.string().min(1),': 'sid: z.string().optional(),',
      'jti: z.string().min(1),': '',
      'iat: z.number(),': '',
      'roles: z.array(z.string()),': '',
    },
  },
  {
    row: 'ASVS 9.2.4',
    file: accessToken,
    test: accessTest,
    without: { '          audience,\n          currentDate': '          currentDate' },
  },
  {
    row: 'ASVS 10.4.5, RFC 9700 4.14.2 rotation',
    file: `${folder}/rotation.ts`,
    test: attacks,
    title: 'ASVS 10.4.5',
    without: { "return { kind: 'reuse' }": "return { kind: 'replay', generation }" },
  },
  {
    row: 'ASVS 10.4.5, RFC 9700 4.14.2 rotation',
    file: `${folder}/refresh.ts`,
    test: attacks,
    without: {
      "if (await store.sessions.revoke(session.sid, 'reuse')) {": 'if (store) {',
      "audit({ event: 'reuse-detected', sid, presented, newest }, { userId, ...origin })": '',
    },
  },
  {
    row: 'RFC 9700 4.14.2 a replay within the grace',
    file: `${folder}/client.ts`,
    test: 'auth-server/routes/replay.each-store.test.ts',
    without: {
      'a.userAgent === b.userAgent && ': '',
      ' && prefixOf(a.address) === prefixOf(b.address)': '',
    },
  },
  {
    row: 'RFC 9700 4.14.2 a replay within the grace',
    file: `${folder}/refresh.ts`,
    test: 'auth-server/routes/replay.each-store.test.ts',
    without: {
      "audit({ event: 'replayed-elsewhere', sid, generation, answer, renewedBy }, subject)": '',
      "replayFrom === 'anyone' ? 'child' : 'refused'": "'child'",
    },
  },
  {
    row: 'ASVS 11.2.4, RFC 9700 4.14.2 no oracle',
    file: `${folder}/refresh.ts`,
    test: attacks,
    title: 'RFC 9700 4.14.2: every refresh token',
    without: { "unknown: 'invalid_refresh_token'": "unknown: 'session_revoked'" },
  },
  {
    row: 'ASVS 11.2.4, RFC 9700 4.14.2 no oracle',
    file: `${folder}/mac.ts`,
    test: refreshTest,
    title: 'ASVS 11.2.4',
    without: { 'timingSafeEqual(Buffer.from(a), Buffer.from(b))': 'a === b' },
  },
  {
    row: 'ASVS 11.2.4, RFC 9700 4.14.2 no oracle',
    file: refreshToken,
    test: refreshTest,
    title: 'ASVS 11.2.4',
    without: {
      'const key = byNumber.get(number)':
        'const key = byNumber.get(number)\n      if (!key) return undefined',
    },
  },
  {
    row: 'ASVS 7.3.1 idle limit',
    file: `${folder}/rotation.ts`,
    test: attacks,
    title: 'ASVS 7.3.1',
    without: { "if (!isLive(stored, now)) return { kind: 'dead', because: limitOf(stored) }": '' },
  },
  {
    row: 'ASVS 7.3.2, 10.4.8 absolute limit',
    file: `${folder}/rotation.ts`,
    test: attacks,
    title: 'ASVS 10.4.8, 7.3.2',
    without: { "if (!isLive(stored, now)) return { kind: 'dead', because: limitOf(stored) }": '' },
  },
  {
    row: 'ASVS 7.2.1, 7.2.2, 7.2.3',
    file: 'auth-server/store/new-id.ts',
    test: 'auth-server/routes/sign-in.test.ts',
    title: 'ASVS 7.2.4: gives a new session each time',
    without: { 'Buffer.from(random(16))': 'Buffer.alloc(16)' },
  },
]
