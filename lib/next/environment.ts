import type { JSONWebKeySet } from 'jose'
import { GatewayError } from '../gateway/errors.ts'
import type { GatewayOptions } from '../gateway/options.ts'
import type { PublicFiles } from '../gateway/request/routes.ts'
import type { AccessTokenKeys } from '../gateway/token/settings.ts'
import type { VariableName, VariableOf } from './config/option-table.ts'
import { DEFAULT_REMOTE_API } from './default-remote-api.ts'
import type { BakedOptions } from './options.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** The variables that the options are read from. `VERCEL` is set by that platform; any process has `NODE_ENV`. */
type Variables = {
  readonly [Name in VariableName | typeof SOCKET_ADDRESS_VARIABLE | 'VERCEL' | 'NODE_ENV']?:
    | string
    | undefined
}

/**
 * Reads the gateway's options from environment variables. `withGateway()` has checked their form at start; this only
 * refuses what would be dangerous to guess.
 *
 * @throws {GatewayError} `invalid_option`
 */
export function optionsFromEnvironment(env: Variables): GatewayOptions {
  const remoteApi = env.REMOTE_API || DEFAULT_REMOTE_API
  const proxies = trustedProxies(env)
  const trustProxy = proxies > 0
  const auto = (env.COOKIE_SECURE || 'auto') === 'auto'
  return {
    ...sharedOptions(),
    remoteApi,
    keys: keysFrom(env, remoteApi),
    gatewaySecrets: (env.GATEWAY_SECRET ?? '').split(',').filter(Boolean),
    ...(env.TOKEN_ISSUER && { issuer: env.TOKEN_ISSUER }),
    ...(env.TOKEN_AUDIENCE && { audience: env.TOKEN_AUDIENCE }),
    ...readNumber('renewBefore', 'RENEW_BEFORE', env),
    ...readNumber('refreshTimeout', 'REFRESH_TIMEOUT', env),
    ...readNumber('staleIfError', 'STALE_IF_ERROR', env),
    // Next believes any `x-forwarded-proto`, so without a trusted proxy its idea of the scheme is the client's.
    cookieSecure: auto && trustProxy ? 'auto' : env.COOKIE_SECURE === 'true',
    trustProxy,
    proxies: proxies || (env[SOCKET_ADDRESS_VARIABLE] === '1' ? 1 : 0),
  }
}

/** Set by {@link guardServer}: `x-forwarded-for` is the address of the connection. */
export const SOCKET_ADDRESS_VARIABLE = 'EVERGATE_SOCKET_ADDRESS'

/** How many proxies before the app are believed. */
export function trustedProxies({ TRUST_PROXY = '', VERCEL }: Variables): number {
  const proxies = /^\d+$/.test(TRUST_PROXY)
    ? Number(TRUST_PROXY)
    : Number(!['', 'false'].includes(TRUST_PROXY))
  return proxies || Number(VERCEL !== undefined)
}

function keysFrom(env: Pick<Variables, VariableOf<'keys'>>, remoteApi: string): AccessTokenKeys {
  const alg = env.TOKEN_ALG ? { alg: env.TOKEN_ALG as never } : {}
  if (env.ETLS_ACCESS) return { secret: env.ETLS_ACCESS, ...alg }
  if (env.JWKS) return { jwks: parseKeySet(env.JWKS), ...alg }
  return { ...alg, jwksUrl: env.JWKS_URL || `${remoteApi.replace(/\/+$/, '')}/.well-known/jwks.json` }
}

function parseKeySet(text: string): JSONWebKeySet {
  try {
    const value = JSON.parse(text)
    if (Array.isArray(value?.keys)) return value
  } catch {
    // Falls through to the same advice.
  }
  throw new GatewayError('invalid_option', 'JWKS: a key set looks like {"keys":[…]} (RFC 7517)')
}

/** The option if the variable is set; its default is the option's. */
function readNumber<Name extends 'renewBefore' | 'refreshTimeout' | 'staleIfError'>(
  option: Name,
  variable: VariableOf<Name>,
  env: Variables,
): { [Option in Name]?: number } {
  if (!env[variable]) return {}
  const value = Number(env[variable])
  if (Number.isFinite(value) && value >= 0) return { [option]: value } as { [Option in Name]: number }
  throw new GatewayError('invalid_option', `${variable} must be a number of 0 or more`)
}

/** The options of `withGateway()`, as the build holds them. */
export function sharedOptions(): BakedOptions {
  // Next replaces this very expression at build time.
  return JSON.parse(process.env.EVERGATE_OPTIONS || '{}')
}

/** The public files that `withGateway()` found at build time. */
export function publicFilesFromBuild(): PublicFiles {
  // Next replaces this expression, too; a variable of its own keeps the list out of every other bundle.
  return JSON.parse(process.env.EVERGATE_PUBLIC_FILES || '{"paths":[]}')
}
