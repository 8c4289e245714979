import type { RouteName } from '../http/endpoint.ts'
import type { Rate } from '../limits/rate.ts'
import type { MailOptions } from '../mail/mailer.ts'
import type { EventHandler } from '../observe/audit.ts'
import type { Logger } from '../observe/logger.ts'
import type { Store } from '../store/store.ts'
import type { ReplayFrom } from '../tokens/client.ts'
import type { Grace } from '../tokens/rotation.ts'
import type { AppUsers } from '../users/app-users.ts'

/** Keys that tokens are made with. They must be the same at all servers on one store. */
export interface AuthKeys {
  /**
   * `signingKeys`: a private JWK set, as an object or as JSON; the first key signs, all are published. `generateSigningKeys()` makes one.
   * `secret`: HS256 with a secret of 32 bytes or more that whoever verifies tokens shares.
   */
  readonly accessTokens: { readonly signingKeys: string | object } | { readonly secret: string }
  /** Newest first, each of 32 bytes or more. `generateRefreshSecret()` makes one. All are accepted, the first makes tokens. */
  readonly refreshSecrets: readonly string[]
  /** For gateways that read what has ended (`GET /ended`), 32 bytes or more. Default none: there is no such route. */
  readonly feedSecret?: string
}

/** Optional settings. Their defaults and values are those of the environment variables in brackets. */
export interface AuthTunables {
  /** `iss` of access tokens (`TOKEN_ISSUER`). Default `evergate`. */
  readonly issuer?: string
  /** `aud` of access tokens (`TOKEN_AUDIENCE`). Default `evergate-app`. */
  readonly audience?: string
  /** Life of an access token, seconds (`ACCESS_TOKEN_TTL`). Default 900. */
  readonly accessTokenTtl?: number
  /** Idle limit of a session, seconds: renewed by each rotation (`REFRESH_TOKEN_TTL`). Default 43200. */
  readonly refreshTokenTtl?: number
  /** Absolute limit of a session, seconds: never extended (`SESSION_MAX_AGE`). Default 2592000. */
  readonly sessionMaxAge?: number
  /** Most live sessions of one user; a sign-in beyond it ends the one seen longest ago (`MAX_SESSIONS_PER_USER`). Default: any number. */
  readonly maxSessionsPerUser?: number
  /**
   * Seconds in which the parent of the newest refresh token may be presented again; 0 = strict; `lenient` = until the child is first
   * used (`REFRESH_GRACE`). Default 30.
   */
  readonly refreshGrace?: Grace
  /**
   * The clients that may do so. `same-client` (address prefix and user agent of the rotation) makes it reuse for others (`REPLAY_FROM`).
   * Default `anyone`.
   */
  readonly replayFrom?: ReplayFrom
  /** Seconds after a sign-in from which ending other sessions needs the password again; 0 = always (`REAUTHENTICATE_AFTER`). Default 900. */
  readonly reauthenticateAfter?: number
  /** Role of those who may find, change and delete users (`ADMIN_ROLE`); `off`: nobody. Of no effect with `users` of yours. Default `admin`. */
  readonly adminRole?: string
  /**
   * Factors beside the password (`SECOND_FACTOR`): `off`, `on` for all, `totp` or `passkeys` for one kind. People who set none up sign in as
   * before. Default `off`: there are no such routes.
   */
  readonly secondFactor?: 'off' | 'on' | 'totp' | 'passkeys'
  /** Where the app is (`APP_URL`), such as `https://app.example`: passkeys are bound to its origin. Default none. */
  readonly appUrl?: string
  /** Seconds for which a device that passed the second factor is not asked again, where the person wants it so (`TRUST_DEVICES_FOR`). Default 2592000; 0: never. */
  readonly trustDevicesFor?: number
  /** Failed sign-ins in so many seconds; more are answered 429. `off`: any number. */
  readonly signInLimits?: {
    /** Of one account, from one address or known browser (`SIGN_IN_LIMIT`). Default 20 in 300 s. */
    readonly pair?: Rate | 'off'
    /** From one address, whatever the accounts (`SIGN_IN_LIMIT_ADDRESS`). Default 300 in 300 s. */
    readonly address?: Rate | 'off'
    /** Of one account, from all browsers that have not signed in to it in a year (`SIGN_IN_LIMIT_ACCOUNT`). Default 100 in 3600 s. */
    readonly account?: Rate | 'off'
    /** Registrations from one address, whatever becomes of them (`REGISTRATION_LIMIT`). Default 20 in 3600 s. */
    readonly registration?: Rate | 'off'
    /** Mails with a link to one address; beyond it none is sent, and nothing said (`MAIL_LIMIT`). Default 5 in 3600 s. */
    readonly mail?: Rate | 'off'
    /** Mails that are asked for from one address of the network (`MAIL_LIMIT_ADDRESS`). Default 50 in 3600 s. */
    readonly mailAddress?: Rate | 'off'
  }
}

/** Options of {@link createAuthRouter}. */
export interface AuthRouterOptions extends AuthTunables {
  /** Where sessions and counters live: `await openStore(url)`. */
  readonly store: Store
  /** Your own table of users. Default: the store's. */
  readonly users?: AppUsers
  readonly keys: AuthKeys
  /** Sends links for a forgotten password and for addresses. Default none: there are no such routes. */
  readonly mail?: MailOptions
  /** `false` leaves a route out: requests for it go on to your app. Default: all are there. */
  readonly routes?: Readonly<Partial<Record<RouteName, boolean>>>
  /**
   * Is told of each event, in the middle of the request: do long work elsewhere. The request does not wait for its promise. An error
   * of it is logged and fails no request.
   */
  readonly onEvent?: EventHandler
  /**
   * The events of a user that you have kept, for what is handed out when somebody asks for all that is known of them. Default none: the
   * store keeps no events.
   */
  readonly eventsOf?: (userId: string) => Promise<readonly object[]>
  /** Where to log; a pino logger is one. Default: warnings and errors, as JSON lines on standard error. */
  readonly logger?: Logger
}
