import { z } from 'zod'
import * as value from './environment-values.ts'

/** The default of `STORE_URL`. */
export const DEFAULT_STORE_URL = 'sqlite:./.data/auth.db'

const withDefault = <T extends z.ZodType<unknown, string>>(fallback: string, type: T, description: string) =>
  z.string().default(fallback).pipe(type).meta({ description, default: fallback })

const optional = <T extends z.ZodType<unknown, string>>(type: T, description: string) =>
  type.optional().meta({ description, default: 'unset' })

const generated = <T extends z.ZodType<unknown, string>>(type: T, description: string) =>
  type.optional().meta({ description, default: 'made by `npm run setup`' })

/** Every variable: its rules, its meaning and its default. */
export const schema = z.object({
  ETLS_ACCESS: optional(
    value.sharedSecret,
    'HS256 secret of access tokens, at least 32 bytes; `base64:…` and `hex:…` spell bytes. Set: shared-secret mode',
  ),
  ETLS_REFRESH: generated(
    value.secretList,
    'secret that refresh tokens are made with, at least 32 bytes; a comma-separated list rotates it, newest first',
  ),
  SIGNING_KEYS: generated(
    value.signingKeys,
    'private JWK set: the first key signs, all are published. Unused in shared-secret mode',
  ),
  FEED_SECRET: generated(
    value.bearerToken,
    'secret of `GET /ended`, at least 32 bytes: the gateway asks there which sessions have ended. Unset: a session that was ended lives on until its access token ends',
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
  REPLAY_FROM: withDefault(
    'anyone',
    value.replayFrom,
    'who may do so: `anyone`, or `same-client` (address prefix and user agent of the rotation; for others it is reuse)',
  ),
  REAUTHENTICATE_AFTER: withDefault(
    '900',
    value.secondsOrNone,
    'seconds after a sign-in from which ending other sessions needs the password again; `0` = always',
  ),
  ADMIN_ROLE: withDefault(
    'admin',
    value.role,
    'role of those who may find, change and delete users (`/admin` of the auth server). `off`: nobody may',
  ),
  SIGN_IN_LIMIT: withDefault(
    '20/300',
    value.rate,
    'failed sign-ins of one account from one address or known browser, in so many seconds; more are answered 429. `off`: any number',
  ),
  SIGN_IN_LIMIT_ADDRESS: withDefault(
    '300/300',
    value.rate,
    'the same from one address, whatever the accounts (an IPv6 /64 counts as one)',
  ),
  SIGN_IN_LIMIT_ACCOUNT: withDefault(
    '100/3600',
    value.rate,
    'the same of one account, from all browsers that have not signed in to it in a year',
  ),
  REGISTRATION_LIMIT: withDefault(
    '20/3600',
    value.rate,
    'registrations from one address, in so many seconds; more are answered 429. `off`: any number',
  ),
  MAIL_LIMIT: withDefault(
    '5/3600',
    value.rate,
    'mails with a link to one address, in so many seconds; beyond it none is sent, and the answer is the same. `off`: any number',
  ),
  MAIL_LIMIT_ADDRESS: withDefault(
    '50/3600',
    value.rate,
    'mails that are asked for from one address of the network, in so many seconds; more are answered 429',
  ),
  SMTP_URL: optional(
    value.smtpUrl,
    'where mail is handed in: `smtp://user:password@host:587`, `smtps://…`. Unset, and `MAIL_DIR` too: no mail, and no routes that need it',
  ),
  MAIL_DIR: optional(
    value.path,
    'a folder that mail is written to in place of `SMTP_URL`, for development: whoever reads it can take over accounts',
  ),
  MAIL_FROM: optional(value.sender, 'the sender of mail, such as `Example <no-reply@example.com>`'),
  MAIL_TEXTS: optional(value.path, 'a folder with texts of mails in the place of those that come along'),
  APP_URL: optional(
    value.httpUrl,
    'where the app is that links in mails lead to, and that passkeys are bound to, such as `https://app.example`',
  ),
  SECOND_FACTOR: withDefault(
    'off',
    value.secondFactor,
    'factors beside the password that people may set up: `on` for all, `totp` or `passkeys` for one kind; `off`: none. Passkeys need `APP_URL`',
  ),
  TRUST_DEVICES_FOR: withDefault(
    '2592000',
    value.secondsOrNone,
    'seconds for which a device that has passed the second factor is not asked for it again; `0` = asked each time',
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
  HOST: withDefault(
    '127.0.0.1',
    value.host,
    'address or name to listen on; `0.0.0.0` or `::` for every address of the machine',
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
    value.bearerToken,
    'bearer token that `GET /metrics` asks for, at least 32 bytes; without `METRICS_PORT` it is answered on `AUTH_PORT`',
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: optional(
    value.httpUrl,
    'where spans are sent with OTLP over HTTP, such as `http://127.0.0.1:4318`',
  ),
})

/** The variables the auth server reads, for the documentation to be checked against. */
export const variables: readonly { name: string; meaning: string; default: string }[] = Object.entries(
  schema.shape,
).map(([name, field]) => {
  const { description = '', default: fallback } = field.meta() ?? {}
  return { name, meaning: description, default: String(fallback) }
})
