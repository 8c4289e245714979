import express from 'express'
import fc from 'fast-check'
import { CANARY, mostly, number, secret, words } from '../../scripts/testing/fuzz/environment.ts'
import { JWK, keySet } from '../../scripts/testing/fuzz/key-sets.ts'
import { holds } from '../../scripts/testing/fuzz/oracle.ts'
import { fuzz } from '../../scripts/testing/fuzz/property.ts'
import { password, rest, scheme } from '../store/testing/addresses.ts'
import { readEnvironment } from './environment.ts'

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
fuzz('environment of the auth server', authEnvironment, (environment) => {
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
