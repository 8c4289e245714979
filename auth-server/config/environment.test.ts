import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { readEnvironment, readStoreAddress } from './environment.ts'
import { generateRefreshSecret, generateSigningKeys } from './generate-secrets.ts'
import { variables } from './option-table.ts'

const secret = 'hush! this is a secret of the tests'
const newer = 'hush! this is a newer one of the tests'
const token = 'whoever-scrapes-metrics-knows-this-0'
const enough = { ETLS_REFRESH: secret, ETLS_ACCESS: secret.toUpperCase() }

function problemsOf(environment: Record<string, string>): readonly string[] {
  const reading = readEnvironment({ ...enough, ...environment })
  return reading.ok ? [] : reading.problems
}

function settingsOf(environment: Record<string, string> = {}) {
  const reading = readEnvironment({ ...enough, ...environment })
  if (!reading.ok) throw new Error(reading.problems.join('\n'))
  return reading.value
}

it('has the defaults of the documentation', () => {
  expect(settingsOf()).toEqual({
    host: '127.0.0.1',
    port: 3001,
    logLevel: 'info',
    trustProxy: ['loopback'],
    store: { kind: 'sqlite', path: './.data/auth.db' },
    accessKeys: { mode: 'shared', secret: enough.ETLS_ACCESS },
    refreshSecrets: [secret],
    issuer: 'evergate',
    audience: 'evergate-app',
    accessTokenTtl: 900,
    refreshTokenTtl: 43_200,
    sessionMaxAge: 2_592_000,
    refreshGrace: 30,
    replayFrom: 'anyone',
    reauthenticateAfter: 900,
    adminRole: 'admin',
    signInLimits: {
      pair: { points: 20, seconds: 300 },
      address: { points: 300, seconds: 300 },
      account: { points: 100, seconds: 3600 },
      registration: { points: 20, seconds: 3600 },
      mail: { points: 5, seconds: 3600 },
      mailAddress: { points: 50, seconds: 3600 },
    },
  })
})

it('lists every variable with its meaning and default', () => {
  expect(variables.map(({ name }) => name)).toEqual([
    'ETLS_ACCESS',
    'ETLS_REFRESH',
    'SIGNING_KEYS',
    'FEED_SECRET',
    'TOKEN_ISSUER',
    'TOKEN_AUDIENCE',
    'ACCESS_TOKEN_TTL',
    'REFRESH_TOKEN_TTL',
    'SESSION_MAX_AGE',
    'MAX_SESSIONS_PER_USER',
    'REFRESH_GRACE',
    'REPLAY_FROM',
    'REAUTHENTICATE_AFTER',
    'ADMIN_ROLE',
    'SECOND_FACTOR',
    'APP_URL',
    'TRUST_DEVICES_FOR',
    'SIGN_IN_LIMIT',
    'SIGN_IN_LIMIT_ADDRESS',
    'SIGN_IN_LIMIT_ACCOUNT',
    'REGISTRATION_LIMIT',
    'MAIL_LIMIT',
    'MAIL_LIMIT_ADDRESS',
    'SMTP_URL',
    'MAIL_DIR',
    'MAIL_FROM',
    'MAIL_TEXTS',
    'STORE_URL',
    'TRUST_PROXY',
    'HOST',
    'AUTH_PORT',
    'LOG_LEVEL',
    'METRICS_PORT',
    'METRICS_TOKEN',
    'OTEL_EXPORTER_OTLP_ENDPOINT',
  ])
  for (const { name, meaning, default: fallback } of variables) {
    expect(meaning, name).not.toBe('')
    expect(fallback, name).not.toBe('')
  }
})

it('takes an empty variable for one that is not set', () => {
  expect(settingsOf({ ACCESS_TOKEN_TTL: '', STORE_URL: '', TRUST_PROXY: '' }).accessTokenTtl).toBe(900)
})

it('second factors are off until they are switched on, and passkeys are bound to the app', () => {
  const APP_URL = 'https://app.example:8443/base'
  expect(settingsOf({ APP_URL }).secondFactor).toBeUndefined()
  expect(settingsOf({ SECOND_FACTOR: 'on', APP_URL }).secondFactor).toEqual({
    name: 'app.example:8443',
    totp: true,
    passkeys: { rpId: 'app.example', origin: 'https://app.example:8443' },
    trustFor: 2_592_000,
  })
  expect(settingsOf({ SECOND_FACTOR: 'totp', TRUST_DEVICES_FOR: '0' }).secondFactor).toEqual({
    name: 'evergate',
    totp: true,
    passkeys: undefined,
    trustFor: 0,
  })
  expect(settingsOf({ SECOND_FACTOR: 'passkeys', APP_URL }).secondFactor).toMatchObject({ totp: false })
  expect(problemsOf({ SECOND_FACTOR: 'on' })).toEqual([
    expect.stringMatching(/^APP_URL: is not set; passkeys/),
  ])
  expect(problemsOf({ SECOND_FACTOR: 'yes' })).toEqual(['SECOND_FACTOR: must be off, on, totp or passkeys'])
})

describe('reads', () => {
  it.each([
    ['ETLS_REFRESH', `${secret}, ${newer}`, { refreshSecrets: [secret, newer] }],
    ['MAX_SESSIONS_PER_USER', '3', { maxSessionsPerUser: 3 }],
    ['MAX_SESSIONS_PER_USER', '', { maxSessionsPerUser: undefined }],
    ['REFRESH_GRACE', '0', { refreshGrace: 0 }],
    ['REFRESH_GRACE', 'lenient', { refreshGrace: 'lenient' }],
    ['STORE_URL', 'sqlite:/var/lib/auth.db', { store: { kind: 'sqlite', path: '/var/lib/auth.db' } }],
    [
      'STORE_URL',
      'postgresql://eve:pa55@db/auth',
      { store: { kind: 'postgres', url: 'postgresql://eve:pa55@db/auth' } },
    ],
    ['TRUST_PROXY', 'true', { trustProxy: true }],
    ['TRUST_PROXY', 'false', { trustProxy: false }],
    ['TRUST_PROXY', '2', { trustProxy: 2 }],
    ['TRUST_PROXY', 'loopback, 10.0.0.0/8, ::1', { trustProxy: ['loopback', '10.0.0.0/8', '::1'] }],
    ['AUTH_PORT', '0', { port: 0 }],
    [
      'MAIL_LIMIT',
      '3/60',
      { signInLimits: expect.objectContaining({ mail: { points: 3, seconds: 60 } }), mail: undefined },
    ],
    ['METRICS_PORT', '9464', { metrics: { at: 'own-port', port: 9464 } }],
    ['METRICS_TOKEN', token, { metrics: { at: 'main-port', token } }],
    ['LOG_LEVEL', 'silent', { logLevel: 'silent' }],
  ])('%s=%s', (name, value, expected) => {
    expect(settingsOf({ [name]: value })).toMatchObject(expected)
  })

  it('the keys that set-up makes', async () => {
    const reading = readEnvironment({
      ETLS_REFRESH: generateRefreshSecret(),
      SIGNING_KEYS: await generateSigningKeys(),
    })
    expect(reading).toMatchObject({
      ok: true,
      value: { accessKeys: { mode: 'keys', keys: [{ alg: 'ES256' }] } },
    })
  })
})

it('mail needs a transport, and where links lead to', () => {
  const SMTP_URL = 'smtp://user:hush@mail.example:587'
  const APP_URL = 'https://app.example/shop'
  expect(settingsOf({ SMTP_URL, APP_URL }).mail).toEqual({
    url: SMTP_URL,
    from: 'no-reply@app.example',
    appUrl: APP_URL,
  })
  const MAIL_FROM = 'Example <hello@example.com>'
  expect(settingsOf({ MAIL_DIR: './mail', APP_URL, MAIL_FROM, MAIL_TEXTS: './texts' }).mail).toEqual({
    folder: './mail',
    from: MAIL_FROM,
    appUrl: APP_URL,
    texts: './texts',
  })
  expect(settingsOf({ APP_URL }).mail).toBeUndefined()
  expect(problemsOf({ SMTP_URL })).toEqual(['APP_URL: is not set; links in mails need it'])
  expect(problemsOf({ SMTP_URL, APP_URL, MAIL_DIR: './mail' })).toEqual([
    'MAIL_DIR: is not for use beside SMTP_URL; leave out one of them',
  ])
  expect(problemsOf({ SMTP_URL, APP_URL, VERCEL: '1', STORE_URL: 'redis://db' })).toEqual([
    expect.stringMatching(/^SMTP_URL: must be unset on Vercel/),
  ])
})

describe('says in one line what is wrong with', () => {
  it.each([
    ['ACCESS_TOKEN_TTL', '0'],
    ['ACCESS_TOKEN_TTL', '-1'],
    ['ACCESS_TOKEN_TTL', '15m'],
    ['ACCESS_TOKEN_TTL', '1e3'],
    ['REFRESH_TOKEN_TTL', '1.5'],
    ['SESSION_MAX_AGE', '99999999999'],
    ['SESSION_MAX_AGE', 'forever'],
    ['MAX_SESSIONS_PER_USER', '0'],
    ['MAX_SESSIONS_PER_USER', '1001'],
    ['MAX_SESSIONS_PER_USER', 'unlimited'],
    ['REFRESH_GRACE', '-1'],
    ['REFRESH_GRACE', 'strict'],
    ['TOKEN_ISSUER', 'has space'],
    ['TOKEN_AUDIENCE', 'ü'],
    ['STORE_URL', 'sqlite:'],
    ['STORE_URL', './auth.db'],
    ['STORE_URL', 'mysql://root@localhost/auth'],
    ['STORE_URL', 'postgres://eve:pa55/word@db/auth'],
    ['STORE_URL', 'redis://eve:pa55@word@db'],
    ['REAUTHENTICATE_AFTER', '-1'],
    ['ADMIN_ROLE', 'two words'],
    ['SMTP_URL', 'http://mail.example'],
    ['SMTP_URL', 'smtp:'],
    ['MAIL_FROM', 'Example'],
    ['MAIL_FROM', 'a@b.example\nBcc: c@d.example'],
    ['APP_URL', 'app.example'],
    ['SIGN_IN_LIMIT', '0/300'],
    ['SIGN_IN_LIMIT', '10'],
    ['SIGN_IN_LIMIT_ACCOUNT', '10/x'],
    ['TRUST_PROXY', 'yes'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['TRUST_PROXY', '10.0.0.1,'],
    ['AUTH_PORT', '65536'],
    ['AUTH_PORT', 'http'],
    ['METRICS_PORT', '65536'],
    ['METRICS_TOKEN', 'metrics'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', '127.0.0.1:4318'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'grpc://127.0.0.1:4317'],
    ['METRICS_TOKEN', 'metrics'.repeat(10)],
    ['METRICS_TOKEN', `${token} x`],
    ['LOG_LEVEL', 'loud'],
    ['ETLS_ACCESS', 'too short'],
    ['ETLS_ACCESS', 'changeme'.repeat(4)],
    ['ETLS_REFRESH', 'too short'],
    ['ETLS_REFRESH', `${secret},${'r'.repeat(32)}`],
    ['ETLS_REFRESH', `${secret},`],
    ['ETLS_REFRESH', `${secret},${secret}`],
    ['SIGNING_KEYS', 'not json'],
  ])('%s=%s', (name, value) => {
    const problems = problemsOf({ [name]: value })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(new RegExp(`^${name}: [^\\n]{10,150}$`))
  })

  it('every bad variable at once', () => {
    const names = problemsOf({ AUTH_PORT: 'x', ACCESS_TOKEN_TTL: 'x', LOG_LEVEL: 'x' }).map(
      (line) => line.split(':')[0],
    )
    expect(names.sort()).toEqual(['ACCESS_TOKEN_TTL', 'AUTH_PORT', 'LOG_LEVEL'])
  })

  it('missing secrets, and how to make them', () => {
    expect(readEnvironment({})).toEqual({
      ok: false,
      problems: [
        'ETLS_REFRESH: is not set; run `npx evergate keys make refresh`, which makes one',
        'SIGNING_KEYS: is not set; run `npx evergate keys make signing`, which makes one',
      ],
    })
  })
})

describe('SIGNING_KEYS', () => {
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({ format: 'jwk' })
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ format: 'jwk' })
  const good = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })
  const cubic = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }).privateKey.export({
    format: 'jwk',
  })
  const key = { ...ec, kid: 'a', alg: 'ES256' }
  const { d: _d, ...publicOnly } = key

  it.each([
    ['is not a set', key, 'keys'],
    ['is empty', { keys: [] }, 'at least one'],
    ['holds no object', { keys: ['key'] }, 'key 1 must be an object'],
    ['has a public key', { keys: [publicOnly] }, 'key 1 needs d'],
    ['lacks a kid', { keys: [{ ...key, kid: undefined }] }, 'key 1 needs a kid'],
    ['lacks an alg', { keys: [{ ...key, alg: undefined }] }, 'key 1 needs alg'],
    ['asks for none', { keys: [{ ...key, alg: 'none' }] }, 'key 1 needs alg'],
    [
      'asks for HS256',
      { keys: [{ kty: 'oct', k: 'AAAA', d: 'x', kid: 'a', alg: 'HS256' }] },
      'key 1 needs alg',
    ],
    ['is on another curve', { keys: [{ ...p384, kid: 'a', alg: 'ES256' }] }, 'P-256'],
    ['has the wrong type', { keys: [{ ...ec, kid: 'a', alg: 'EdDSA' }] }, 'Ed25519'],
    ['has the wrong type for RSA', { keys: [{ ...ec, kid: 'a', alg: 'PS256' }] }, 'RSA'],
    ['has a short RSA key', { keys: [{ ...rsa, kid: 'a', alg: 'RS256' }] }, '2048'],
    ['has an RSA key with exponent 1', { keys: [{ ...good, e: 'AQ', kid: 'a', alg: 'PS256' }] }, 'key 1'],
    [
      'has an RSA key with an even exponent',
      { keys: [{ ...good, e: 'AQAA', kid: 'a', alg: 'RS256' }] },
      'key 1',
    ],
    ['has an RSA key with exponent 3', { keys: [{ ...cubic, kid: 'a', alg: 'RS256' }] }, '65537'],
    ['has a point off the curve', { keys: [{ ...key, y: ec.x }] }, 'key 1'],
    ['is garbled', { keys: [{ ...key, d: 'AA' }] }, 'key 1'],
    ['has halves of two keys', { keys: [{ ...key, d: other.d }] }, 'key 1'],
    ['has one kid twice', { keys: [key, { ...other, kid: 'a', alg: 'ES256' }] }, 'key 2 repeats the kid'],
  ])('ASVS 11.6.1, RFC 8725 3.5: a set that %s is refused without showing it', (_title, set, reason) => {
    const reading = readEnvironment({ ETLS_REFRESH: secret, SIGNING_KEYS: JSON.stringify(set) })
    expect(reading.ok).toBe(false)
    const line = reading.ok ? '' : reading.problems.join('\n')
    expect(line).toMatch(/^SIGNING_KEYS: [^\n]+$/)
    expect(line).toContain(reason)
    for (const jwk of [ec, other, rsa, good, cubic]) expect(line).not.toContain(jwk.d)
  })

  it('are published without their private half', async () => {
    const reading = readEnvironment({ ETLS_REFRESH: secret, SIGNING_KEYS: JSON.stringify({ keys: [key] }) })
    if (!reading.ok || reading.value.accessKeys.mode !== 'keys') throw new Error('not read')
    expect(reading.value.accessKeys.keys[0].publicJwk).toEqual({
      kty: 'EC',
      crv: 'P-256',
      x: ec.x,
      y: ec.y,
      kid: 'a',
      alg: 'ES256',
      use: 'sig',
    })
  })
})

it('no line ever shows a secret', () => {
  const bad = 'leak-me'
  for (const { name } of variables) {
    for (const value of [bad, `{"${bad}`, `{"keys":[{"d":"${bad}"}]}`, `postgres://u:${bad}@h`])
      expect(problemsOf({ [name]: value }).join('\n'), name).not.toContain(bad)
  }
})

it('reads where the store is without any key', () => {
  expect(readStoreAddress({})).toEqual({
    ok: true,
    value: { kind: 'sqlite', path: './.data/auth.db', isDefault: true },
  })
  expect(readStoreAddress({ STORE_URL: 'sqlite:x' })).toMatchObject({
    value: { path: 'x', isDefault: false },
  })
  expect(readStoreAddress({ STORE_URL: 'x' })).toMatchObject({
    ok: false,
    problems: [expect.stringMatching(/^STORE_URL/)],
  })
})

describe('metrics', () => {
  it('on a port of their own ask for a token when there is one', () => {
    const { metrics } = settingsOf({ METRICS_PORT: '0', METRICS_TOKEN: token })
    expect(metrics).toEqual({ at: 'own-port', port: 0, token })
  })

  it.each([{ AUTH_PORT: '4000', METRICS_PORT: '4000' }, { METRICS_PORT: '3001' }])(
    'cannot have the port that everybody asks: %o',
    (environment) => {
      expect(problemsOf(environment)).toEqual([expect.stringMatching(/^METRICS_PORT: is that of AUTH_PORT/)])
    },
  )

  it('are refused on Vercel, and not left out in silence', () => {
    const environment = {
      VERCEL: '1',
      STORE_URL: 'redis://127.0.0.1',
      METRICS_PORT: '1',
      METRICS_TOKEN: token,
    }
    expect(problemsOf(environment)).toEqual([
      expect.stringMatching(/^METRICS_PORT: must be unset on Vercel/),
      expect.stringMatching(/^METRICS_TOKEN: must be unset on Vercel/),
    ])
  })
})
