import { z } from 'zod'
import * as types from './option-types.ts'
import type { AuthTunables } from './options.ts'
import { asList, asNumber, asProxies, asRate, asText, type ReadText } from './variable-texts.ts'

/** The default of `storeUrl`. */
export const DEFAULT_STORE_URL = 'sqlite:./.data/auth.db'

/** One option. */
interface Row<T extends z.ZodType> {
  /** Its environment variable. */
  readonly variable: string
  readonly read: ReadText
  /** The rules for its value. */
  readonly type: T
  /** For the documentation. */
  readonly meaning: string
  /** For the documentation: the default, as the variable would have it. */
  readonly default: string
}

type Base<T extends z.ZodType> = Omit<Row<T>, 'default'>

const withDefault = <T extends z.ZodType>({ type, ...row }: Base<T>, fallback: NonNullable<z.input<T>>) => ({
  ...row,
  type: type.prefault(fallback),
  default: textOf(fallback),
})

const optional = <T extends z.ZodType>({ type, ...row }: Base<T>) => ({
  ...row,
  type: type.optional(),
  default: 'unset',
})

const generated = <T extends z.ZodType>(row: Base<T>, command = 'npx evergate keys make') => ({
  ...optional(row),
  default: `made by \`${command}\``,
})

function textOf(value: unknown): string {
  const rate = types.rate.safeParse(value)
  return rate.success && rate.data ? `${rate.data.points}/${rate.data.seconds}` : String(value)
}

type KeyOption = 'accessTokens.secret' | 'accessTokens.signingKeys' | 'refreshSecrets' | 'feedSecret'
type RouterOption =
  | Exclude<keyof AuthTunables, 'signInLimits'>
  | `signInLimits.${keyof NonNullable<AuthTunables['signInLimits']>}`
  | `keys.${KeyOption}`

/** The options of a mounted router, by their place in {@link AuthRouterOptions}. A server has them, too. */
export const routerOptions = {
  'keys.accessTokens.secret': optional({
    variable: 'ETLS_ACCESS',
    read: asText,
    type: types.sharedSecret,
    meaning:
      'HS256 secret of access tokens, at least 32 bytes; `base64:…` and `hex:…` spell bytes. Set: shared-secret mode',
  }),
  'keys.refreshSecrets': generated({
    variable: 'ETLS_REFRESH',
    read: asList,
    type: types.secretList,
    meaning:
      'secret that refresh tokens are made with, at least 32 bytes; a comma-separated list rotates it, newest first',
  }),
  'keys.accessTokens.signingKeys': generated({
    variable: 'SIGNING_KEYS',
    read: asText,
    type: types.signingKeys,
    meaning: 'private JWK set: the first key signs, all are published. Unused in shared-secret mode',
  }),
  'keys.feedSecret': generated(
    {
      variable: 'FEED_SECRET',
      read: asText,
      type: types.bearerToken,
      meaning:
        'secret of `GET /ended`, at least 32 bytes: the gateway asks there which sessions have ended. Unset: a session that was ended lives on until its access token ends',
    },
    'npx evergate keys make feed',
  ),
  issuer: withDefault(
    { variable: 'TOKEN_ISSUER', read: asText, type: types.identifier, meaning: '`iss` of access tokens' },
    'evergate',
  ),
  audience: withDefault(
    { variable: 'TOKEN_AUDIENCE', read: asText, type: types.identifier, meaning: '`aud` of access tokens' },
    'evergate-app',
  ),
  accessTokenTtl: withDefault(
    {
      variable: 'ACCESS_TOKEN_TTL',
      read: asNumber,
      type: types.seconds,
      meaning: 'life of an access token, seconds',
    },
    900,
  ),
  refreshTokenTtl: withDefault(
    {
      variable: 'REFRESH_TOKEN_TTL',
      read: asNumber,
      type: types.seconds,
      meaning: 'idle limit of a session, seconds: renewed by each rotation',
    },
    43200,
  ),
  sessionMaxAge: withDefault(
    {
      variable: 'SESSION_MAX_AGE',
      read: asNumber,
      type: types.seconds,
      meaning: 'absolute limit of a session, seconds: never extended',
    },
    2592000,
  ),
  maxSessionsPerUser: optional({
    variable: 'MAX_SESSIONS_PER_USER',
    read: asNumber,
    type: types.sessionLimit,
    meaning: 'most live sessions of one user; a sign-in beyond it ends the one seen longest ago',
  }),
  refreshGrace: withDefault(
    {
      variable: 'REFRESH_GRACE',
      read: asNumber,
      type: types.grace,
      meaning:
        'seconds in which the parent of the newest refresh token may be presented again; `0` = strict; `lenient` = until the child is first used',
    },
    30,
  ),
  replayFrom: withDefault(
    {
      variable: 'REPLAY_FROM',
      read: asText,
      type: types.replayFrom,
      meaning:
        'who may do so: `anyone`, or `same-client` (address prefix and user agent of the rotation; for others it is reuse)',
    },
    'anyone',
  ),
  reauthenticateAfter: withDefault(
    {
      variable: 'REAUTHENTICATE_AFTER',
      read: asNumber,
      type: types.secondsOrNone,
      meaning:
        'seconds after a sign-in from which ending other sessions needs the password again; `0` = always',
    },
    900,
  ),
  adminRole: withDefault(
    {
      variable: 'ADMIN_ROLE',
      read: asText,
      type: types.role,
      meaning:
        'role of those who may find, change and delete users (`/admin` of the auth server). `off`: nobody may',
    },
    'admin',
  ),
  secondFactor: withDefault(
    {
      variable: 'SECOND_FACTOR',
      read: asText,
      type: types.secondFactor,
      meaning:
        'factors beside the password that people may set up: `on` for all, `totp` or `passkeys` for one kind; `off`: none. Passkeys need `APP_URL`',
    },
    'off',
  ),
  appUrl: optional({
    variable: 'APP_URL',
    read: asText,
    type: types.httpUrl,
    meaning:
      'where the app is that links in mails lead to, and that passkeys are bound to, such as `https://app.example`',
  }),
  trustDevicesFor: withDefault(
    {
      variable: 'TRUST_DEVICES_FOR',
      read: asNumber,
      type: types.secondsOrNone,
      meaning:
        'seconds for which a device that has passed the second factor is not asked for it again; `0` = asked each time',
    },
    2592000,
  ),
  'signInLimits.pair': withDefault(
    {
      variable: 'SIGN_IN_LIMIT',
      read: asRate,
      type: types.rate,
      meaning:
        'failed sign-ins of one account from one address or known browser, in so many seconds; more are answered 429. `off`: any number',
    },
    { points: 20, seconds: 300 },
  ),
  'signInLimits.address': withDefault(
    {
      variable: 'SIGN_IN_LIMIT_ADDRESS',
      read: asRate,
      type: types.rate,
      meaning: 'the same from one address, whatever the accounts (an IPv6 /64 counts as one)',
    },
    { points: 300, seconds: 300 },
  ),
  'signInLimits.account': withDefault(
    {
      variable: 'SIGN_IN_LIMIT_ACCOUNT',
      read: asRate,
      type: types.rate,
      meaning: 'the same of one account, from all browsers that have not signed in to it in a year',
    },
    { points: 100, seconds: 3600 },
  ),
  'signInLimits.registration': withDefault(
    {
      variable: 'REGISTRATION_LIMIT',
      read: asRate,
      type: types.rate,
      meaning: 'registrations from one address, in so many seconds; more are answered 429. `off`: any number',
    },
    { points: 20, seconds: 3600 },
  ),
  'signInLimits.mail': withDefault(
    {
      variable: 'MAIL_LIMIT',
      read: asRate,
      type: types.rate,
      meaning:
        'mails with a link to one address, in so many seconds; beyond it none is sent, and the answer is the same. `off`: any number',
    },
    { points: 5, seconds: 3600 },
  ),
  'signInLimits.mailAddress': withDefault(
    {
      variable: 'MAIL_LIMIT_ADDRESS',
      read: asRate,
      type: types.rate,
      meaning:
        'mails that are asked for from one address of the network, in so many seconds; more are answered 429',
    },
    { points: 50, seconds: 3600 },
  ),
} satisfies Record<RouterOption, Row<z.ZodType>>

/** The options of a server of its own, which only its environment sets. */
export const serverOptions = {
  smtpUrl: optional({
    variable: 'SMTP_URL',
    read: asText,
    type: types.smtpUrl,
    meaning:
      'where mail is handed in: `smtp://user:password@host:587`, `smtps://…`. Unset, and `MAIL_DIR` too: no mail, and no routes that need it',
  }),
  mailDir: optional({
    variable: 'MAIL_DIR',
    read: asText,
    type: types.path,
    meaning:
      'a folder that mail is written to in place of `SMTP_URL`, for development: whoever reads it can take over accounts',
  }),
  mailFrom: optional({
    variable: 'MAIL_FROM',
    read: asText,
    type: types.sender,
    meaning: 'the sender of mail, such as `Example <no-reply@example.com>`',
  }),
  mailTexts: optional({
    variable: 'MAIL_TEXTS',
    read: asText,
    type: types.path,
    meaning: 'a folder with texts of mails in the place of those that come along',
  }),
  storeUrl: withDefault(
    {
      variable: 'STORE_URL',
      read: asText,
      type: types.storeUrl,
      meaning:
        'where users and sessions live: `sqlite:PATH`, `postgres://…`, `redis://…` (`rediss://`, `redis+cluster://`)',
    },
    DEFAULT_STORE_URL,
  ),
  trustProxy: withDefault(
    {
      variable: 'TRUST_PROXY',
      read: asProxies,
      type: types.trustProxy,
      meaning:
        "whose `x-forwarded-*` headers are believed, in Express's terms: `true`, `false`, a number, or a list",
    },
    ['loopback'],
  ),
  host: withDefault(
    {
      variable: 'HOST',
      read: asText,
      type: types.host,
      meaning: 'address or name to listen on; `0.0.0.0` or `::` for every address of the machine',
    },
    '127.0.0.1',
  ),
  port: withDefault(
    {
      variable: 'AUTH_PORT',
      read: asNumber,
      type: types.port,
      meaning: 'port to listen on; `0` picks a free one',
    },
    3001,
  ),
  logLevel: withDefault(
    {
      variable: 'LOG_LEVEL',
      read: asText,
      type: types.logLevel,
      meaning:
        'least severe level that is logged: `fatal`, `error`, `warn`, `info`, `debug`, `trace`, `silent`',
    },
    'info',
  ),
  metricsPort: optional({
    variable: 'METRICS_PORT',
    read: asNumber,
    type: types.port,
    meaning:
      'port for `GET /metrics`, on 127.0.0.1 alone unless `METRICS_TOKEN` is set; `0` picks a free one',
  }),
  metricsToken: optional({
    variable: 'METRICS_TOKEN',
    read: asText,
    type: types.bearerToken,
    meaning:
      'bearer token that `GET /metrics` asks for, at least 32 bytes; without `METRICS_PORT` it is answered on `AUTH_PORT`',
  }),
  spansTo: optional({
    variable: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    read: asText,
    type: types.httpUrl,
    meaning: 'where spans are sent with OTLP over HTTP, such as `http://127.0.0.1:4318`',
  }),
} satisfies Record<string, Row<z.ZodType>>

/** Everything that the environment sets. */
export const allOptions = { ...routerOptions, ...serverOptions }

/** The schema of some options. */
export function schemaOf<T extends Record<string, { readonly type: z.ZodType }>>(options: T) {
  const types = Object.entries(options).map(([name, { type }]) => [name, type])
  return z.object(Object.fromEntries(types) as { [K in keyof T]: T[K]['type'] })
}

/** The variables the auth server reads, for the documentation to be checked against. */
export const variables: readonly { name: string; meaning: string; default: string }[] = Object.values(
  allOptions,
).map(({ variable, meaning, default: fallback }) => ({ name: variable, meaning, default: fallback }))
