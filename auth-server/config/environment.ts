import type { MailSettings } from '../mail/transports.ts'
import type { MetricsSettings } from '../observe/metrics/open-metrics.ts'
import type { Settings } from '../settings.ts'
import type { StoreAddress } from '../store/address.ts'
import { allOptions, DEFAULT_STORE_URL, serverOptions } from './option-table.ts'
import { authSettings, lacksOrigin, type Validation, type Values, validate } from './validate.ts'
import type { ReadText } from './variable-texts.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** A value that was read, or one line for each bad variable. No line ever shows a secret. */
type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly string[] }

/** Reads the whole environment into options, and validates them. An empty variable counts as unset. */
export function readEnvironment(environment: Environment): Reading<Settings> {
  const reading = readOptionsOf(environment, allOptions)
  const problems = [
    ...missing(environment),
    ...(reading.ok
      ? [
          ...onVercel(environment, reading.value.storeUrl),
          ...samePort(reading.value),
          ...withoutMail(reading.value),
          ...(lacksOrigin(reading.value)
            ? ['APP_URL: is not set; passkeys are bound to it (SECOND_FACTOR=totp needs none)']
            : []),
        ]
      : reading.problems),
  ]
  if (!reading.ok || problems.length > 0) return { ok: false, problems }

  const { value } = reading
  return {
    ok: true,
    value: {
      ...authSettings(value),
      host: value.host,
      port: value.port,
      logLevel: value.logLevel,
      trustProxy: value.trustProxy,
      store: value.storeUrl,
      metrics: metricsSettings(value.metricsPort, value.metricsToken),
      spansTo: value.spansTo,
      mail: mailSettings(value),
    },
  }
}

/** Reads `STORE_URL` alone: set-up needs no keys to make a store. */
export function readStoreAddress(environment: Environment): Reading<StoreAddress & { isDefault: boolean }> {
  const { storeUrl } = serverOptions
  const reading = readOptionsOf(environment, { storeUrl })
  if (!reading.ok) return reading
  const isDefault = (environment.STORE_URL || DEFAULT_STORE_URL) === DEFAULT_STORE_URL
  return { ok: true, value: { ...reading.value.storeUrl, isDefault } }
}

/** Reads `HOST` alone, for set-up. */
export function readHost(environment: Environment): Reading<string> {
  const { host } = serverOptions
  const reading = readOptionsOf(environment, { host })
  return reading.ok ? { ok: true, value: reading.value.host } : reading
}

type Table = Parameters<typeof validate>[0] &
  Record<string, { readonly variable: string; readonly read: ReadText }>

/** The options that variables stand for. */
function readOptionsOf<T extends Table>(environment: Environment, table: T): Reading<Values<T>> {
  const given = Object.entries(table).map(([option, { variable, read }]) => {
    const text = environment[variable]
    return [option, text ? read(text) : undefined]
  })
  const validation: Validation<T> = validate(table, Object.fromEntries(given))
  if (validation.ok) return { ok: true, value: validation.values }
  const problems = validation.problems.map(({ option, message }) => `${table[option]?.variable}: ${message}`)
  return { ok: false, problems }
}

function missing(environment: Environment): string[] {
  const howToMake = (kind: string) => `is not set; run \`npx evergate keys make ${kind}\`, which makes one`
  const lines: string[] = []
  if (!environment.ETLS_REFRESH) lines.push(`ETLS_REFRESH: ${howToMake('refresh')}`)
  if (!environment.ETLS_ACCESS && !environment.SIGNING_KEYS)
    lines.push(`SIGNING_KEYS: ${howToMake('signing')}`)
  return lines
}

function metricsSettings(port: number | undefined, token: string | undefined): MetricsSettings | undefined {
  if (port !== undefined) return { at: 'own-port', port, token }
  return token === undefined ? undefined : { at: 'main-port', token }
}

type MailValues = Pick<Values<typeof allOptions>, 'smtpUrl' | 'mailDir' | 'mailFrom' | 'mailTexts' | 'appUrl'>

function mailSettings({ smtpUrl, mailDir, appUrl, ...values }: MailValues): MailSettings | undefined {
  if (appUrl === undefined || (smtpUrl === undefined && mailDir === undefined)) return undefined
  const { mailFrom: from = `no-reply@${new URL(appUrl).hostname}`, mailTexts: texts } = values
  const by = smtpUrl === undefined ? { folder: mailDir ?? '' } : { url: smtpUrl }
  return { ...by, from, appUrl, ...(texts !== undefined && { texts }) }
}

/** Half of what mail needs is a mistake: somebody waits for messages that nobody sends. */
function withoutMail({ smtpUrl, mailDir, appUrl }: MailValues): string[] {
  const has = smtpUrl !== undefined || mailDir !== undefined
  if (has && appUrl === undefined) return ['APP_URL: is not set; links in mails need it']
  if (smtpUrl !== undefined && mailDir !== undefined)
    return ['MAIL_DIR: is not for use beside SMTP_URL; leave out one of them']
  return []
}

function samePort({ port, metricsPort }: { port: number; metricsPort?: number | undefined }): string[] {
  return port !== 0 && metricsPort === port
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
