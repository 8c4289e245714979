import express from 'express'
import fc from 'fast-check'
import { readEnvironment } from '../../../auth-server/config/environment.ts'
import { createSessionGateway } from '../../../lib/gateway/gateway.ts'
import { environmentProblems } from '../../../lib/next/config/environment.ts'
import { optionsFromEnvironment } from '../../../lib/next/environment.ts'
import { defineTarget } from '../define-target.ts'
import { textOf } from '../inputs.ts'
import { holds, same } from '../oracle.ts'
import { JWK, keySet } from './signing-keys.ts'
import { password, rest, scheme } from './store-address.ts'

/** Stands in every secret, so that it can be looked for in what is printed. */
const CANARY = 'kanarienvogel'
const SECRET = `${CANARY}-and-enough-more-to-make-32-bytes`

/** Right as a rule, so that what a single value does can be seen. */
const mostly = (right: string, other: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(right) }, { weight: 2, arbitrary: other })

const number = textOf(['0', '1', '9', '900', '-', '+', '.', 'e', ' ', '99999999', '0x', '\u0663'], 4)
const secret = mostly(SECRET, textOf([SECRET, CANARY, ',', ' ', ',,'], 4))
const words = textOf(
  [
    'loopback',
    'true',
    'false',
    '1',
    '10.0.0.0/8',
    '::1',
    '/33',
    '::1/129',
    ',',
    ' ',
    'lenient',
    'info',
    'linklocal',
    '0',
  ],
  4,
)
const authEnvironment = fc.record(
  {
    ETLS_ACCESS: secret,
    ETLS_REFRESH: secret,
    SIGNING_KEYS: mostly(JSON.stringify({ keys: [JWK] }), keySet),
    TOKEN_ISSUER: mostly('evergate', words),
    ACCESS_TOKEN_TTL: mostly('900', number),
    REFRESH_TOKEN_TTL: mostly('900', number),
    SESSION_MAX_AGE: mostly('900', number),
    MAX_SESSIONS_PER_USER: mostly('9', number),
    REFRESH_GRACE: mostly('30', fc.oneof(number, words)),
    STORE_URL: mostly(
      'redis://host',
      fc.tuple(scheme, password, rest).map(([scheme, password, rest]) => `${scheme}user:${password}@${rest}`),
    ),
    TRUST_PROXY: mostly('true', words),
    AUTH_PORT: mostly('3001', number),
    LOG_LEVEL: mostly('info', words),
    METRICS_PORT: mostly('9464', number),
    METRICS_TOKEN: secret,
    FEED_SECRET: secret,
  },
  { requiredKeys: ['ETLS_REFRESH'] },
)
const authServer = defineTarget('environment of the auth server', authEnvironment, (environment) => {
  const reading = readEnvironment(environment)
  if (!reading.ok) {
    holds(reading.problems.length > 0, 'there is a reason')
    for (const line of reading.problems)
      holds(
        /^[A-Z_]+: [^\n]+$/.test(line) && !line.includes(CANARY) && !line.includes(JWK.d),
        'one line, without a secret',
      )
    return
  }
  const { port, accessTokenTtl, refreshTokenTtl, sessionMaxAge, refreshGrace, refreshSecrets, trustProxy } =
    reading.value
  for (const seconds of [accessTokenTtl, refreshTokenTtl, sessionMaxAge])
    holds(Number.isInteger(seconds) && seconds > 0, 'a life is whole seconds')
  holds(Number.isInteger(port) && port <= 65_535, 'a port is one')
  holds(refreshGrace === 'lenient' || (Number.isInteger(refreshGrace) && refreshGrace >= 0), 'a grace is one')
  holds(
    refreshSecrets.every((secret) => Buffer.byteLength(secret) >= 32),
    'no secret is short',
  )
  // Express would refuse it only here, long after the start.
  express().set('trust proxy', trustProxy)
})

const address = textOf(
  [
    'http://',
    'https://',
    'backend.test',
    ':3001',
    '/',
    '/api',
    '?a=b',
    '#c',
    `user:${CANARY}@`,
    ' ',
    'ftp://',
    '[::1]',
    '..',
    '%2e',
    '\t',
  ],
  5,
)
const gatewayEnvironment = fc.record(
  {
    REMOTE_API: mostly('http://backend.test/api', address),
    ETLS_ACCESS: secret,
    JWKS_URL: mostly('http://backend.test/keys', address),
    JWKS: mostly(
      JSON.stringify({ keys: [{ ...JWK, d: undefined }] }),
      fc.oneof(keySet, textOf(['{', '"keys"', ':', '[', ']', '}', 'null', CANARY], 8)),
    ),
    GATEWAY_SECRET: secret,
    TOKEN_ISSUER: mostly('evergate', words),
    TOKEN_AUDIENCE: mostly('evergate-app', words),
    RENEW_BEFORE: mostly('30', number),
    REFRESH_TIMEOUT: mostly('5000', number),
    STALE_IF_ERROR: mostly('0', number),
    COOKIE_SECURE: mostly('auto', words),
    TRUST_PROXY: mostly('true', words),
    LOG_LEVEL: mostly('info', words),
  },
  { requiredKeys: [] },
)
const gateway = defineTarget('environment of the gateway', gatewayEnvironment, async (environment) => {
  const problems = environmentProblems(environment, true)
  for (const line of problems)
    holds(!line.includes(CANARY) && !line.includes('\n'), 'one line, without a secret')
  if (problems.length > 0) return
  // A value that passes the check at start must work, since it is not checked again.
  const called: string[] = []
  const options = {
    ...optionsFromEnvironment(environment),
    fetch: async (url: string) => {
      // Throws as fetch does for an address that it cannot call.
      called.push(new Request(url).url)
      return Response.json({ error: 'session_revoked' }, { status: 403 })
    },
  }
  const cookie = '__Host-refreshToken=r1; refreshToken=r1'
  const { keys } = options
  const { outcome } = await createSessionGateway({
    ...options,
    keys: 'jwksUrl' in keys ? { secret: SECRET } : keys,
  }).handle(new Request('http://app.test/x', { headers: { cookie } }))
  // Keys of a shape that is right may be good for nothing; no token is spent then.
  if ('jwks' in keys && outcome === 'degraded') return holds(called.length === 0, 'and nobody is asked')
  same(outcome, 'ended', `the backend at ${options.remoteApi} is asked, and its word counts`)
  holds(
    called.every((url) => new URL(url).pathname.endsWith('/refreshtoken')),
    'at its own path',
  )
  if ('jwksUrl' in keys) holds(new Request(keys.jwksUrl).url !== '', 'and so are its keys')
})

export const environmentTargets = [authServer, gateway]
