import { describe, expect, it, test } from 'vitest'
import { GatewayError } from '../gateway/errors.ts'
import { resolveOptions } from '../gateway/options.ts'
import { optionsFromEnvironment } from './environment.ts'

test('an empty environment means the defaults of the documentation', () => {
  expect(resolveOptions(optionsFromEnvironment({}))).toMatchObject({
    remoteApi: 'http://127.0.0.1:3001',
    keys: { jwksUrl: 'http://127.0.0.1:3001/.well-known/jwks.json' },
    gatewaySecrets: [],
    issuer: 'evergate',
    audience: 'evergate-app',
    renewBefore: 30,
    refreshTimeout: 5000,
    staleIfError: 0,
    cookieSecure: false,
    trustProxy: false,
  })
})

describe('where keys come from: the shared secret, else the set itself, else its address', () => {
  const all = { ETLS_ACCESS: 'secret', JWKS: '{"keys":[]}', JWKS_URL: 'https://keys.example' }
  it.each([
    [all, { secret: 'secret' }],
    [{ ...all, ETLS_ACCESS: '' }, { jwks: { keys: [] } }],
    [{ ...all, ETLS_ACCESS: '', JWKS: '' }, { jwksUrl: 'https://keys.example' }],
    [
      { ...all, TOKEN_ALG: 'HS512' },
      { secret: 'secret', alg: 'HS512' },
    ],
    [
      { JWKS: '{"keys":[]}', TOKEN_ALG: 'ES384' },
      { jwks: { keys: [] }, alg: 'ES384' },
    ],
    [{ REMOTE_API: 'https://api.example/v1/' }, { jwksUrl: 'https://api.example/v1/.well-known/jwks.json' }],
  ])('%#', (env, keys) => expect(optionsFromEnvironment(env).keys).toEqual(keys))
})

test('a list of secrets rotates', () => {
  expect(optionsFromEnvironment({ GATEWAY_SECRET: 'new,old' }).gatewaySecrets).toEqual(['new', 'old'])
})

describe('ASVS 15.3.4: how many proxies are believed', () => {
  it.each([
    [{}, 0],
    [{ TRUST_PROXY: 'false' }, 0],
    [{ TRUST_PROXY: '0' }, 0],
    [{ TRUST_PROXY: 'true' }, 1],
    [{ TRUST_PROXY: 'loopback' }, 1],
    [{ TRUST_PROXY: '2' }, 2],
    [{ VERCEL: '1' }, 1],
  ] as [Record<string, string>, number][])('%j: %i', (env, proxies) => {
    expect(optionsFromEnvironment(env)).toMatchObject({ proxies, trustProxy: proxies > 0 })
  })
})

describe('cookies follow the scheme only where a proxy may be believed', () => {
  it.each([
    [{}, false],
    [{ TRUST_PROXY: '0' }, false],
    [{ TRUST_PROXY: 'false' }, false],
    [{ TRUST_PROXY: '1' }, 'auto'],
    [{ TRUST_PROXY: 'loopback' }, 'auto'],
    [{ VERCEL: '1' }, 'auto'],
    [{ COOKIE_SECURE: 'true' }, true],
    [{ COOKIE_SECURE: 'false', TRUST_PROXY: '1' }, false],
  ] as [Record<string, string>, unknown][])('%j: %s', (env, expected) => {
    expect(optionsFromEnvironment(env).cookieSecure).toBe(expected)
  })
})

describe('what would be dangerous to guess is refused', () => {
  it.each([
    { JWKS: '{' },
    { JWKS: '[]' },
    { RENEW_BEFORE: 'x' },
    { REFRESH_TIMEOUT: '-1' },
    { STALE_IF_ERROR: 'NaN' },
  ])('%j', (env) => {
    expect(() => optionsFromEnvironment(env as Record<string, string>)).toThrow(GatewayError)
  })
})
