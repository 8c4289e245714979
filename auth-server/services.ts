import { createLimits, type Limits } from './limits/limits.ts'
import type { Mailer } from './mail/mailer.ts'
import { type Audit, createAudit, type EventHandler, tellingHandler } from './observe/audit.ts'
import type { Logger } from './observe/logger.ts'
import type { Tracing } from './observe/tracing/tracing.ts'
import { createPasswords, type Passwords } from './passwords/passwords.ts'
import type { AuthSettings } from './settings.ts'
import { createChallenges } from './sign-in/challenges.ts'
import { createSeal } from './sign-in/seal.ts'
import type { SecondFactor } from './sign-in/second-factor.ts'
import { newId, type Random } from './store/new-id.ts'
import type { RequestStore, UserStore } from './store/store.ts'
import { type AccessTokens, createAccessTokens } from './tokens/access-token.ts'
import { createKnownDevices, type KnownDevices } from './tokens/known-device.ts'
import { createRefreshTokens, type RefreshTokens } from './tokens/refresh-token.ts'

/** The parts of the auth server. Everything that touches the world comes in here. */
export interface Dependencies {
  readonly store: RequestStore
  readonly settings: AuthSettings
  /** Milliseconds since 1970; for `iat` and `exp` of access tokens. A session's times are the store's. */
  readonly clock: () => number
  readonly random: Random
  readonly logger: Logger
  /** The users, where they are the store's own: others cannot be listed or deleted here. */
  readonly accounts?: UserStore
  readonly onEvent?: EventHandler
  /** Events of a user that somebody has kept. */
  readonly eventsOf?: (userId: string) => Promise<readonly object[]>
  /** Aborted when the server is about to end: nobody is kept waiting then. */
  readonly closing?: AbortSignal
  /** Hashes and checks passwords. Default: argon2id with OWASP's parameters. */
  readonly passwords?: Passwords
  /** Undefined: no mail is sent. */
  readonly mailer?: Mailer | undefined
  /** Users whose addresses can be verified and changed. Undefined: theirs cannot. */
  readonly addresses?: Pick<UserStore, 'markVerified' | 'changeEmail'> | undefined
  /** Answers undefined as long as nobody collects spans. */
  readonly tracing?: () => Tracing | undefined
}

/** The dependencies and what is built from them, made once for all requests. */
export interface Services extends Omit<Dependencies, 'passwords'> {
  readonly accessTokens: AccessTokens
  readonly refreshTokens: RefreshTokens
  readonly knownDevices: KnownDevices
  readonly passwords: Passwords
  readonly limits: Limits
  /** Undefined: switched off. */
  readonly secondFactor: SecondFactor | undefined
  readonly audit: Audit
}

/** Builds what all requests share. */
export function createServices(dependencies: Dependencies): Services {
  const { store, settings, random, logger, onEvent } = dependencies
  const audit = createAudit(logger)
  return {
    ...dependencies,
    accessTokens: createAccessTokens({
      keys: settings.accessKeys,
      issuer: settings.issuer,
      audience: settings.audience,
      ttl: settings.accessTokenTtl,
      tellsLevel: settings.secondFactor !== undefined,
      random,
    }),
    refreshTokens: createRefreshTokens(settings.refreshSecrets),
    knownDevices: createKnownDevices(settings.refreshSecrets, () => newId(random)),
    passwords: dependencies.passwords ?? createPasswords(),
    limits: createLimits(store.counters, settings.signInLimits),
    secondFactor: settings.secondFactor && {
      ...settings.secondFactor,
      seal: createSeal(settings.refreshSecrets, random),
      challenges: createChallenges(settings.refreshSecrets, random),
    },
    audit: onEvent ? tellingHandler(audit, onEvent, logger) : audit,
  }
}
