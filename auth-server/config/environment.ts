import type { z } from 'zod'
import type { MailSettings } from '../mail/transports.ts'
import type { MetricsSettings } from '../observe/metrics/open-metrics.ts'
import type { Settings } from '../settings.ts'
import type { SecondFactorSettings } from '../sign-in/second-factor.ts'
import type { StoreAddress } from '../store/address.ts'
import type { AccessKeys } from '../tokens/access-token.ts'
import type { SigningKeys } from '../tokens/signing-keys.ts'
import { DEFAULT_STORE_URL, schema } from './environment-schema.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** A value that was read, or one line for each bad variable. No line ever shows a secret. */
type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly string[] }

/** Validates the whole environment. An empty variable counts as unset. */
export function readEnvironment(environment: Environment): Reading<Settings> {
  const parsed = schema.safeParse(withoutEmpty(environment))
  const problems = [
    ...missing(environment),
    ...(parsed.success
      ? [
          ...onVercel(environment, parsed.data.STORE_URL),
          ...samePort(parsed.data),
          ...withoutMail(parsed.data),
          ...withoutOrigin(parsed.data),
        ]
      : linesOf(parsed.error)),
  ]
  if (!parsed.success || problems.length > 0) return { ok: false, problems }

  const env = parsed.data
  const [newest = '', ...older] = env.ETLS_REFRESH ?? []
  return {
    ok: true,
    value: {
      host: env.HOST,
      port: env.AUTH_PORT,
      logLevel: env.LOG_LEVEL,
      trustProxy: env.TRUST_PROXY,
      store: env.STORE_URL,
      metrics: metricsSettings(env.METRICS_PORT, env.METRICS_TOKEN),
      spansTo: env.OTEL_EXPORTER_OTLP_ENDPOINT,
      mail: mailSettings(env),
      secondFactor: secondFactorSettings(env),
      accessKeys: chooseKeys(env.ETLS_ACCESS, env.SIGNING_KEYS),
      refreshSecrets: [newest, ...older],
      feedSecret: env.FEED_SECRET,
      issuer: env.TOKEN_ISSUER,
      audience: env.TOKEN_AUDIENCE,
      accessTokenTtl: env.ACCESS_TOKEN_TTL,
      refreshTokenTtl: env.REFRESH_TOKEN_TTL,
      sessionMaxAge: env.SESSION_MAX_AGE,
      maxSessionsPerUser: env.MAX_SESSIONS_PER_USER,
      refreshGrace: env.REFRESH_GRACE,
      replayFrom: env.REPLAY_FROM,
      reauthenticateAfter: env.REAUTHENTICATE_AFTER,
      adminRole: env.ADMIN_ROLE === 'off' ? undefined : env.ADMIN_ROLE,
      signInLimits: {
        pair: env.SIGN_IN_LIMIT,
        address: env.SIGN_IN_LIMIT_ADDRESS,
        account: env.SIGN_IN_LIMIT_ACCOUNT,
        registration: env.REGISTRATION_LIMIT,
        mail: env.MAIL_LIMIT,
        mailAddress: env.MAIL_LIMIT_ADDRESS,
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

/** Reads `HOST` alone, for set-up. */
export function readHost(environment: Environment): Reading<string> {
  const parsed = schema.pick({ HOST: true }).safeParse(withoutEmpty(environment))
  return parsed.success
    ? { ok: true, value: parsed.data.HOST }
    : { ok: false, problems: linesOf(parsed.error) }
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

interface MailVariables {
  readonly SMTP_URL?: string | undefined
  readonly MAIL_DIR?: string | undefined
  readonly MAIL_FROM?: string | undefined
  readonly MAIL_TEXTS?: string | undefined
  readonly APP_URL?: string | undefined
}

function mailSettings(env: MailVariables): MailSettings | undefined {
  const { SMTP_URL: url, MAIL_DIR: folder, APP_URL: appUrl, MAIL_TEXTS: texts } = env
  if (appUrl === undefined || (url === undefined && folder === undefined)) return undefined
  const from = env.MAIL_FROM ?? `no-reply@${new URL(appUrl).hostname}`
  const by = url === undefined ? { folder: folder ?? '' } : { url }
  return { ...by, from, appUrl, ...(texts !== undefined && { texts }) }
}

interface FactorVariables {
  readonly SECOND_FACTOR: 'off' | 'on' | 'totp' | 'passkeys'
  readonly TRUST_DEVICES_FOR: number
  readonly APP_URL?: string | undefined
  readonly TOKEN_ISSUER: string
}

function secondFactorSettings(env: FactorVariables): SecondFactorSettings | undefined {
  const { SECOND_FACTOR: kinds, APP_URL: appUrl } = env
  if (kinds === 'off') return undefined
  const app = appUrl === undefined ? undefined : new URL(appUrl)
  const passkeys = app && kinds !== 'totp' ? { rpId: app.hostname, origin: app.origin } : undefined
  return {
    name: app?.host ?? env.TOKEN_ISSUER,
    totp: kinds !== 'passkeys',
    passkeys,
    trustFor: env.TRUST_DEVICES_FOR,
  }
}

function withoutOrigin({ SECOND_FACTOR: kinds, APP_URL: appUrl }: FactorVariables): string[] {
  return kinds !== 'off' && kinds !== 'totp' && appUrl === undefined
    ? ['APP_URL: is not set; passkeys are bound to it (SECOND_FACTOR=totp needs none)']
    : []
}

/** Half of what mail needs is a mistake: somebody waits for messages that nobody sends. */
function withoutMail(env: MailVariables): string[] {
  const has = env.SMTP_URL !== undefined || env.MAIL_DIR !== undefined
  if (has && env.APP_URL === undefined) return ['APP_URL: is not set; links in mails need it']
  if (env.SMTP_URL !== undefined && env.MAIL_DIR !== undefined)
    return ['MAIL_DIR: is not for use beside SMTP_URL; leave out one of them']
  return []
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
    ...(['SMTP_URL', 'MAIL_DIR'] as const)
      .filter((name) => environment[name])
      .map(
        (name) =>
          `${name}: must be unset on Vercel, where a function is frozen with its answer, before a mail is sent`,
      ),
    ...(['METRICS_PORT', 'METRICS_TOKEN'] as const)
      .filter((name) => environment[name])
      .map((name) => `${name}: must be unset on Vercel, where each scrape would meet another function`),
  ]
}

function chooseKeys(secret: string | undefined, keys: SigningKeys | undefined): AccessKeys {
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
