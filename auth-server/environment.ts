import { z } from 'zod'
import * as value from './environment-values.ts'
import type { LimitSettings } from './limits.ts'
import type { StoreAddress } from './store/address.ts'
import type { AccessKeys } from './tokens/access-token.ts'
import type { Grace } from './tokens/rotation.ts'

/** Everything the auth server can be told. */
export interface Settings extends AuthSettings {
  readonly port: number
  readonly logLevel: string
  /** Express's `trust proxy`. */
  readonly trustProxy: boolean | number | string[]
  readonly store: StoreAddress
  /** Undefined: nothing is counted, and `/metrics` is not there. */
  readonly metrics: MetricsSettings | undefined
}

/** Where metrics are. */
export type MetricsSettings =
  /** Without a token the port is opened on the loopback address alone. */
  | { readonly at: 'own-port'; readonly port: number; readonly token: string | undefined }
  | { readonly at: 'main-port'; readonly token: string }

/** What of it its routes go by. Durations are in seconds. */
export interface AuthSettings {
  readonly accessKeys: AccessKeys
  /** Newest first. */
  readonly refreshSecrets: readonly [string, ...string[]]
  readonly issuer: string
  readonly audience: string
  readonly accessTokenTtl: number
  readonly refreshTokenTtl: number
  readonly sessionMaxAge: number
  /** Undefined: as many as they like. */
  readonly maxSessionsPerUser: number | undefined
  readonly refreshGrace: Grace
  readonly reauthenticateAfter: number
  readonly signInLimits: LimitSettings
}

type Environment = Readonly<Record<string, string | undefined>>

/** A value that was read, or one line for each bad variable. No line ever shows a secret. */
type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly string[] }

const DEFAULT_STORE_URL = 'sqlite:./.data/auth.db'

const withDefault = <T extends z.ZodType<unknown, string>>(fallback: string, type: T, description: string) =>
  z.string().default(fallback).pipe(type).meta({ description, default: fallback })

const optional = <T extends z.ZodType<unknown, string>>(type: T, description: string) =>
  type.optional().meta({ description, default: 'unset' })

const generated = <T extends z.ZodType<unknown, string>>(type: T, description: string) =>
  type.optional().meta({ description, default: 'made by `npm run setup`' })

const schema = z.object({
  ETLS_ACCESS: optional(
    value.sharedSecret,
    'HS256 secret of access tokens, at least 32 bytes. Set: shared-secret mode',
  ),
  ETLS_REFRESH: generated(
    value.secretList,
    'secret that refresh tokens are made with, at least 32 bytes; a comma-separated list rotates it, newest first',
  ),
  SIGNING_KEYS: generated(
    value.signingKeys,
    'private JWK set: the first key signs, all are published. Unused in shared-secret mode',
  ),
  TOKEN_ISSUER: withDefault('evergate', value.identifier, '`iss` of access tokens'),
  TOKEN_AUDIENCE: withDefault('evergate-app', value.identifier, '`aud` of access tokens'),
  ACCESS_TOKEN_TTL: withDefault('900', value.seconds, 'life of an access token, seconds'),
  REFRESH_TOKEN_TTL: withDefault(
    '43200',
    value.seconds,
    'idle limit of a session, seconds: renewed by each rotation',
  ),
  SESSION_MAX_AGE: withDefault(
    '2592000',
    value.seconds,
    'absolute limit of a session, seconds: never extended',
  ),
  MAX_SESSIONS_PER_USER: optional(
    value.sessionLimit,
    'most live sessions of one user; a sign-in beyond it ends the one seen longest ago',
  ),
  REFRESH_GRACE: withDefault(
    '30',
    value.grace,
    'seconds in which the parent of the newest refresh token may be presented again; `0` = strict; `lenient` = until the child is first used',
  ),
  REAUTHENTICATE_AFTER: withDefault(
    '900',
    value.secondsOrNone,
    'seconds after a sign-in from which ending other sessions needs the password again; `0` = always',
  ),
  SIGN_IN_LIMIT: withDefault(
    '20/300',
    value.rate,
    'failed sign-ins of one account from one address, in so many seconds; more are answered 429. `off`: any number',
  ),
  SIGN_IN_LIMIT_ADDRESS: withDefault(
    '300/300',
    value.rate,
    'the same from one address, whatever the accounts (an IPv6 /64 counts as one)',
  ),
  SIGN_IN_LIMIT_ACCOUNT: withDefault(
    '100/3600',
    value.rate,
    'the same of one account, from all addresses that have not signed in to it in 30 days',
  ),
  STORE_URL: withDefault(
    DEFAULT_STORE_URL,
    value.storeUrl,
    'where users and sessions live: `sqlite:PATH`, `postgres://…`, `redis://…` (`rediss://`, `redis+cluster://`)',
  ),
  TRUST_PROXY: withDefault(
    'loopback',
    value.trustProxy,
    "whose `x-forwarded-*` headers are believed, in Express's terms: `true`, `false`, a number, or a list",
  ),
  AUTH_PORT: withDefault('3001', value.port, 'port to listen on; `0` picks a free one'),
  LOG_LEVEL: withDefault(
    'info',
    value.logLevel,
    'least severe level that is logged: `fatal`, `error`, `warn`, `info`, `debug`, `trace`, `silent`',
  ),
  METRICS_PORT: optional(
    value.port,
    'port for `GET /metrics`, on 127.0.0.1 alone unless `METRICS_TOKEN` is set; `0` picks a free one',
  ),
  METRICS_TOKEN: optional(
    value.metricsToken,
    'bearer token that `GET /metrics` asks for, at least 32 bytes; without `METRICS_PORT` it is answered on `AUTH_PORT`',
  ),
})

/** The variables the auth server reads, for the documentation to be checked against. */
export const variables: readonly { name: string; meaning: string; default: string }[] = Object.entries(
  schema.shape,
).map(([name, field]) => {
  const { description = '', default: fallback } = field.meta() ?? {}
  return { name, meaning: description, default: String(fallback) }
})

/** Validates the whole environment. An empty variable counts as unset. */
export function readEnvironment(environment: Environment): Reading<Settings> {
  const parsed = schema.safeParse(withoutEmpty(environment))
  const problems = [
    ...missing(environment),
    ...(parsed.success
      ? [...onVercel(environment, parsed.data.STORE_URL), ...samePort(parsed.data)]
      : linesOf(parsed.error)),
  ]
  if (!parsed.success || problems.length > 0) return { ok: false, problems }

  const env = parsed.data
  const [newest = '', ...older] = env.ETLS_REFRESH ?? []
  return {
    ok: true,
    value: {
      port: env.AUTH_PORT,
      logLevel: env.LOG_LEVEL,
      trustProxy: env.TRUST_PROXY,
      store: env.STORE_URL,
      metrics: metricsSettings(env.METRICS_PORT, env.METRICS_TOKEN),
      accessKeys: chooseKeys(env.ETLS_ACCESS, env.SIGNING_KEYS),
      refreshSecrets: [newest, ...older],
      issuer: env.TOKEN_ISSUER,
      audience: env.TOKEN_AUDIENCE,
      accessTokenTtl: env.ACCESS_TOKEN_TTL,
      refreshTokenTtl: env.REFRESH_TOKEN_TTL,
      sessionMaxAge: env.SESSION_MAX_AGE,
      maxSessionsPerUser: env.MAX_SESSIONS_PER_USER,
      refreshGrace: env.REFRESH_GRACE,
      reauthenticateAfter: env.REAUTHENTICATE_AFTER,
      signInLimits: {
        pair: env.SIGN_IN_LIMIT,
        address: env.SIGN_IN_LIMIT_ADDRESS,
        account: env.SIGN_IN_LIMIT_ACCOUNT,
      },
    },
  }
}

/** Reads `STORE_URL` alone: set-up needs no keys to make a store. */
export function readStoreAddress(environment: Environment): Reading<StoreAddress & { isDefault: boolean }> {
  const parsed = schema.pick({ STORE_URL: true }).safeParse(withoutEmpty(environment))
  if (!parsed.success) return { ok: false, problems: linesOf(parsed.error) }
  const isDefault = (environment.STORE_URL || DEFAULT_STORE_URL) === DEFAULT_STORE_URL
  return { ok: true, value: { ...parsed.data.STORE_URL, isDefault } }
}

function missing(environment: Environment): string[] {
  const howToMake = 'is not set; run `npm run setup`, which makes one'
  const lines: string[] = []
  if (!environment.ETLS_REFRESH) lines.push(`ETLS_REFRESH: ${howToMake}`)
  if (!environment.ETLS_ACCESS && !environment.SIGNING_KEYS) lines.push(`SIGNING_KEYS: ${howToMake}`)
  return lines
}

function metricsSettings(port: number | undefined, token: string | undefined): MetricsSettings | undefined {
  if (port !== undefined) return { at: 'own-port', port, token }
  return token === undefined ? undefined : { at: 'main-port', token }
}

function samePort(env: { AUTH_PORT: number; METRICS_PORT?: number | undefined }): string[] {
  return env.AUTH_PORT !== 0 && env.METRICS_PORT === env.AUTH_PORT
    ? ['METRICS_PORT: is that of AUTH_PORT; take another, or METRICS_TOKEN alone to have both on one']
    : []
}

/** A function's disk is gone with it, and no two of them share one. */
function onVercel(environment: Environment, { kind }: StoreAddress): string[] {
  if (!environment.VERCEL) return []
  return [
    ...(kind === 'sqlite'
      ? ['STORE_URL: must be postgres://… or redis://… on Vercel, where no file outlives a function']
      : []),
    ...(['METRICS_PORT', 'METRICS_TOKEN'] as const)
      .filter((name) => environment[name])
      .map((name) => `${name}: must be unset on Vercel, where each scrape would meet another function`),
  ]
}

function chooseKeys(
  secret: string | undefined,
  keys: z.infer<typeof value.signingKeys> | undefined,
): AccessKeys {
  if (secret !== undefined) return { mode: 'shared', secret }
  if (keys !== undefined) return { mode: 'keys', keys }
  throw new Error('missing() lets nobody come here without keys')
}

function linesOf(error: z.ZodError): string[] {
  const firstPerVariable = new Map(
    error.issues.map((issue) => [String(issue.path[0]), issue.message] as const).reverse(),
  )
  return [...firstPerVariable].reverse().map(([name, message]) => `${name}: ${message}`)
}

function withoutEmpty(environment: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, text]) => (text ? [[name, text]] : [])),
  )
}
