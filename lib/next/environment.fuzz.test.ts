import fc from 'fast-check'
import { CANARY, mostly, number, SECRET, secret, words } from '../../scripts/testing/fuzz/environment.ts'
import { textOf } from '../../scripts/testing/fuzz/inputs.ts'
import { JWK, keySet } from '../../scripts/testing/fuzz/key-sets.ts'
import { holds, same } from '../../scripts/testing/fuzz/oracle.ts'
import { fuzz } from '../../scripts/testing/fuzz/property.ts'
import { createSessionGateway } from '../gateway/gateway.ts'
import { environmentProblems } from './config/environment.ts'
import { optionsFromEnvironment } from './environment.ts'

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
fuzz('environment of the gateway', gatewayEnvironment, async (environment) => {
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
