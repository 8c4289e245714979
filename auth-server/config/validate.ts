import type { z } from 'zod'
import type { AuthSettings } from '../settings.ts'
import type { SecondFactorSettings } from '../sign-in/second-factor.ts'
import type { AccessKeys } from '../tokens/access-token.ts'
import type { SigningKeys } from '../tokens/signing-keys.ts'
import { type routerOptions, schemaOf } from './option-table.ts'

/** Why an option cannot be used. It never shows a secret. */
export interface Problem {
  /** The option's place: `signInLimits.pair`. */
  readonly option: string
  readonly message: string
}

type Table = Parameters<typeof schemaOf>[0]

/** Values of options by the place of each, with all defaults. */
export type Values<T extends Table> = z.infer<ReturnType<typeof schemaOf<T>>>

/** Values that are good, or a line for each that is not. */
export type Validation<T extends Table> =
  | { readonly ok: true; readonly values: Values<T> }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** Validates options, the one place where it is done. Undefined stands for the default. */
export function validate<T extends Table>(table: T, given: Readonly<Record<string, unknown>>): Validation<T> {
  const parsed = schemaOf(table).safeParse(given)
  if (parsed.success) return { ok: true, values: parsed.data as Values<T> }
  const firstOfEach = new Map(
    parsed.error.issues.map((issue) => [String(issue.path[0]), issue.message] as const).reverse(),
  )
  return { ok: false, problems: [...firstOfEach].reverse().map(([option, message]) => ({ option, message })) }
}

/** The settings of a router. The caller has seen to it that there are keys. */
export function authSettings(values: Values<typeof routerOptions>): AuthSettings {
  const [newest = '', ...older] = values['keys.refreshSecrets'] ?? []
  return {
    accessKeys: chooseKeys(values['keys.accessTokens.secret'], values['keys.accessTokens.signingKeys']),
    refreshSecrets: [newest, ...older],
    feedSecret: values['keys.feedSecret'],
    issuer: values.issuer,
    audience: values.audience,
    accessTokenTtl: values.accessTokenTtl,
    refreshTokenTtl: values.refreshTokenTtl,
    sessionMaxAge: values.sessionMaxAge,
    maxSessionsPerUser: values.maxSessionsPerUser,
    refreshGrace: values.refreshGrace,
    replayFrom: values.replayFrom,
    reauthenticateAfter: values.reauthenticateAfter,
    adminRole: values.adminRole === 'off' ? undefined : values.adminRole,
    secondFactor: secondFactorSettings(values),
    signInLimits: {
      pair: values['signInLimits.pair'],
      address: values['signInLimits.address'],
      account: values['signInLimits.account'],
      registration: values['signInLimits.registration'],
      mail: values['signInLimits.mail'],
      mailAddress: values['signInLimits.mailAddress'],
    },
  }
}

type FactorValues = Pick<
  Values<typeof routerOptions>,
  'secondFactor' | 'appUrl' | 'trustDevicesFor' | 'issuer'
>

function secondFactorSettings(values: FactorValues): SecondFactorSettings | undefined {
  const { secondFactor: kinds, appUrl, trustDevicesFor, issuer } = values
  if (kinds === 'off') return undefined
  const app = appUrl === undefined ? undefined : new URL(appUrl)
  const passkeys = app && kinds !== 'totp' ? { rpId: app.hostname, origin: app.origin } : undefined
  return { name: app?.host ?? issuer, totp: kinds !== 'passkeys', passkeys, trustFor: trustDevicesFor }
}

/** Passkeys without the address of the app are a mistake: nobody could set one up. */
export function lacksOrigin(values: Pick<FactorValues, 'secondFactor' | 'appUrl'>): boolean {
  return ['on', 'passkeys'].includes(values.secondFactor) && values.appUrl === undefined
}

function chooseKeys(secret: string | undefined, keys: SigningKeys | undefined): AccessKeys {
  if (secret !== undefined) return { mode: 'shared', secret }
  if (keys !== undefined) return { mode: 'keys', keys }
  throw new Error('nobody comes here without keys')
}
