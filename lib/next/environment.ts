import type { JSONWebKeySet } from 'jose'
import { GatewayError } from '../gateway/errors.ts'
import type { AccessTokenKeys, GatewayOptions } from '../gateway/options.ts'
import type { SharedOptions } from './options.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Defaults of the gateway's variables, as they would be written in `.env.local`. */
export const DEFAULTS = {
  REMOTE_API: 'http://127.0.0.1:3001',
  TOKEN_ISSUER: 'evergate',
  TOKEN_AUDIENCE: 'evergate-app',
  RENEW_BEFORE: '30',
  REFRESH_TIMEOUT: '5000',
  STALE_IF_ERROR: '0',
  COOKIE_SECURE: 'auto',
  LOG_LEVEL: 'info',
} as const

/**
 * Reads the gateway's options from environment variables. `withGateway()` has checked their form at start; this only
 * refuses what would be dangerous to guess.
 *
 * @throws {GatewayError} `invalid_option`
 */
export function optionsFromEnvironment(env: Environment): GatewayOptions {
  const read = (name: keyof typeof DEFAULTS) => env[name] || DEFAULTS[name]
  const trustProxy = trustsProxy(env)
  const secure = read('COOKIE_SECURE')
  return {
    ...sharedOptions(),
    remoteApi: read('REMOTE_API'),
    keys: keysFrom(env, read('REMOTE_API')),
    gatewaySecrets: (env.GATEWAY_SECRET ?? '').split(',').filter((secret) => secret !== ''),
    issuer: read('TOKEN_ISSUER'),
    audience: read('TOKEN_AUDIENCE'),
    renewBefore: readNumber('RENEW_BEFORE', read('RENEW_BEFORE')),
    refreshTimeout: readNumber('REFRESH_TIMEOUT', read('REFRESH_TIMEOUT')),
    staleIfError: readNumber('STALE_IF_ERROR', read('STALE_IF_ERROR')),
    // Next believes any `x-forwarded-proto`, so without a trusted proxy its idea of the scheme is the client's.
    cookieSecure: secure === 'auto' && trustProxy ? 'auto' : secure === 'true',
    trustProxy,
  }
}

function trustsProxy(env: Environment): boolean {
  return env.VERCEL !== undefined || !['', '0', 'false'].includes(env.TRUST_PROXY ?? '')
}

function keysFrom(env: Environment, remoteApi: string): AccessTokenKeys {
  if (env.ETLS_ACCESS) return { secret: env.ETLS_ACCESS }
  if (env.JWKS) return { jwks: parseKeySet(env.JWKS) }
  return { jwksUrl: env.JWKS_URL || `${remoteApi.replace(/\/+$/, '')}/.well-known/jwks.json` }
}

function parseKeySet(text: string): JSONWebKeySet {
  try {
    const value = JSON.parse(text)
    if (Array.isArray(value?.keys)) return value
  } catch {
    // Falls through to the same advice.
  }
  throw new GatewayError('invalid_option', 'JWKS must be a JSON Web Key Set: {"keys":[…]}')
}

function readNumber(name: string, text: string): number {
  const value = Number(text)
  if (Number.isFinite(value) && value >= 0) return value
  throw new GatewayError('invalid_option', `${name} must be a number of 0 or more`)
}

function sharedOptions(): SharedOptions & Pick<GatewayOptions, 'basePath'> {
  // Next replaces this very expression at build time.
  return JSON.parse(process.env.EVERGATE_OPTIONS || '{}')
}
