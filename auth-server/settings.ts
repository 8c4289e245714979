import type { LimitSettings } from './limits/limits.ts'
import type { MailSettings } from './mail/transports.ts'
import type { MetricsSettings } from './observe/metrics/open-metrics.ts'
import type { SecondFactorSettings } from './sign-in/second-factor.ts'
import type { StoreAddress } from './store/address.ts'
import type { AccessKeys } from './tokens/access-token.ts'
import type { ReplayFrom } from './tokens/client.ts'
import type { Grace } from './tokens/rotation.ts'

/** Everything the auth server can be told. */
export interface Settings extends AuthSettings {
  /** Address or name to listen on. */
  readonly host: string
  readonly port: number
  readonly logLevel: string
  /** Express's `trust proxy`. */
  readonly trustProxy: boolean | number | string[]
  readonly store: StoreAddress
  /** Undefined: nothing is counted, and `/metrics` is not there. */
  readonly metrics: MetricsSettings | undefined
  /** URL of an OTLP collector. Undefined: no spans are made. */
  readonly spansTo: string | undefined
  /** Undefined: no mail is sent, and the routes that need it are not there. */
  readonly mail: MailSettings | undefined
}

/** The settings that the routes go by. Durations are in seconds. */
export interface AuthSettings {
  readonly accessKeys: AccessKeys
  /** Newest first. */
  readonly refreshSecrets: readonly [string, ...string[]]
  /** Undefined: nobody is told what has ended. */
  readonly feedSecret: string | undefined
  readonly issuer: string
  readonly audience: string
  readonly accessTokenTtl: number
  readonly refreshTokenTtl: number
  readonly sessionMaxAge: number
  /** Undefined: as many as they like. */
  readonly maxSessionsPerUser: number | undefined
  readonly refreshGrace: Grace
  readonly replayFrom: ReplayFrom
  readonly reauthenticateAfter: number
  /** Undefined: nobody is an administrator. */
  readonly adminRole: string | undefined
  readonly signInLimits: LimitSettings
  /** Undefined: a password is all that anybody can show. */
  readonly secondFactor: SecondFactorSettings | undefined
}
