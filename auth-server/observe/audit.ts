import type { MailKind } from '../mail/mail.ts'
import type { FactorKind } from '../store/factors.ts'
import type { RevocationReason } from '../store/store.ts'
import type { RefusalReason } from '../tokens/refusal.ts'
import type { Logger } from './logger.ts'
import { currentTraceId } from './tracing/request-trace.ts'

/** Whom it is about, and where a request for it came from. Never a token. */
export interface AuthEventSubject {
  /** Absent when nobody has this e-mail address: what was typed in its place may be a password. */
  readonly userId?: string
  /** As `req.ip` says. Absent when no request asked for it. */
  readonly address?: string
  readonly userAgent?: string
  /** Of the request's `traceparent`: 32 hexadecimal digits. Absent when it had none. */
  readonly traceId?: string
}

/** Where a password is asked for. */
type PasswordPlace = 'sign-in' | 'password-change' | 'reauthentication'

/** The hand that did it, when it was not the person's own. */
interface Doer {
  /** Id of an administrator, who did it over HTTP. */
  readonly admin?: string
  /** An account of the machine, which did it with `users`. */
  readonly operator?: string
}

/** Acts on users by administrators, by operators, and by themselves. */
type UserEvent = Doer &
  /** A user was made for somebody. */
  (
    | { readonly event: 'user-added'; readonly roles: readonly string[] }
    /** Users were looked for: so many were found. */
    | { readonly event: 'users-listed'; readonly count: number }
    /** Somebody else has looked at the user and their sessions. */
    | { readonly event: 'user-shown' }
    /** The user has other roles. Their sessions go on with them. */
    | {
        readonly event: 'roles-changed'
        readonly from: readonly string[]
        readonly to: readonly string[]
      }
    /** The user may sign in no more, and their sessions have ended. */
    | { readonly event: 'user-disabled' }
    /** They may sign in again. */
    | { readonly event: 'user-enabled' }
    /** So many users were added from a file. */
    | { readonly event: 'users-imported'; readonly count: number }
    /** Everything that is known of the user was handed out. */
    | { readonly event: 'user-exported' }
    /** The user is gone, with every session of theirs. */
    | { readonly event: 'user-deleted' }
  )

/** Events of people and their sessions. */
export type RequestEvent =
  | UserEvent
  /** Somebody has a user of their own now; the sign-in that goes with it is an event, too. */
  | { readonly event: 'registered' }
  /** A session has begun. */
  | {
      readonly event: 'signed-in'
      readonly sid: string
      readonly by: 'password' | 'second-factor' | 'passkey' | 'registration' | 'password-change'
    }
  /** A wrong password, where a password is asked for. */
  | { readonly event: 'password-refused'; readonly at: PasswordPlace }
  /** Too many of those: no more are looked at for a while. */
  | {
      readonly event: 'tries-limited'
      readonly at: PasswordPlace | 'second-factor' | 'registration' | 'mail' | 'mail-link'
    }
  /** A factor beside the password was set up, or a device was let off it. */
  | { readonly event: 'factor-added'; readonly factor: FactorKind }
  /** A factor was removed, or the trust in a device. */
  | ({ readonly event: 'factor-removed'; readonly factor: FactorKind } & Doer)
  /** A wrong code, or one that was used before; a passkey that is not good. */
  | { readonly event: 'factor-refused'; readonly factor: 'code' | 'passkey' }
  /** New recovery codes were shown; those before count no more. */
  | { readonly event: 'recovery-codes-made' }
  /** A recovery code was used up; so many are left. */
  | { readonly event: 'recovery-code-used'; readonly left: number }
  /** A session was renewed; `generation` is that of its new refresh token. */
  | { readonly event: 'rotated'; readonly sid: string; readonly generation: number }
  /** The parent of the newest refresh token came again within the grace, and got the same child. */
  | { readonly event: 'replayed'; readonly sid: string; readonly generation: number }
  /**
   * The same, from another client (address prefix or user agent) than the one that had renewed the session: a person who changes
   * networks, or a thief.
   */
  | {
      readonly event: 'replayed-elsewhere'
      readonly sid: string
      readonly generation: number
      /** The child, or `refused` as reuse where `REPLAY_FROM` is `same-client`. */
      readonly answer: 'child' | 'refused'
      /** The client that had renewed the session. `address` and `userAgent` are those of the client that came after. */
      readonly renewedBy: { readonly address: string; readonly userAgent: string }
    }
  /** A session was bound to a key of the device that it began on. */
  | {
      readonly event: 'device-bound'
      readonly sid: string
      /** Names the key (RFC 7638), as `cnf.jkt` in the session's access tokens does. */
      readonly jkt: string
      /** In place of another key that was never used: the answer to a first registration was lost. */
      readonly again: boolean
    }
  /** A refresh token of a bound session came without a proof of its device that holds: somebody may have copied it. The session goes on. */
  | {
      readonly event: 'device-proof-refused'
      readonly sid: string
      readonly reason: 'missing' | 'invalid'
    }
  /** The store had lost writes, and a newer refresh token put it right. */
  | { readonly event: 'healed'; readonly sid: string; readonly from: number; readonly to: number }
  /** An old refresh token was presented: the session was revoked. */
  | {
      readonly event: 'reuse-detected'
      readonly sid: string
      readonly presented: number
      readonly newest: number
    }
  /** A refresh token was refused for good: whoever presented it is signed out. */
  | {
      readonly event: 'refresh-refused'
      readonly reason: RefusalReason
      /** Absent when the token is not one of this server's. */
      readonly sid?: string
      /** The session that such a token names, if it has the form of one. Anybody could have made it: believe nothing of it. */
      readonly claimedSid?: string
      /** Why a revoked session had been ended. */
      readonly ended?: RevocationReason
    }
  /** The person has ended the session that they signed out of. */
  | { readonly event: 'signed-out'; readonly sid: string }
  /** Sessions ended before their time; `sid` when it was one. */
  | ({
      readonly event: 'sessions-ended'
      readonly reason: RevocationReason
      readonly count: number
      readonly sid?: string
    } & Doer)
  /** From this session. Every session of the user ends, this one too; the one that begins is an event of its own. */
  | { readonly event: 'password-changed'; readonly sid: string }
  /** With a link that was mailed. Every session of the user ends. */
  | { readonly event: 'password-reset' }
  /** The user has shown that their address is theirs. */
  | { readonly event: 'email-verified' }
  /** The user has another address, and has shown that it is theirs. The old one was told. */
  | { readonly event: 'email-changed' }
  /** A message was handed to the mail server. */
  | { readonly event: 'mail-sent'; readonly mail: MailKind }

/** Something that happened, for code of yours; `event` says what. Never with a token in it. */
export type AuthEvent = RequestEvent & AuthEventSubject

/** Takes events as they happen. Its answer is ignored; a promise that rejects is logged. */
export type EventHandler = (event: AuthEvent) => unknown

/** Records one event. */
export type Audit = (event: RequestEvent, subject: AuthEventSubject) => void

type Kind = RequestEvent['event']
const alarming: ReadonlySet<Kind> = new Set<Kind>([
  'device-proof-refused',
  'healed',
  'replayed-elsewhere',
  'reuse-detected',
  'tries-limited',
])
/** Renewals are many, and a registration is logged as the sign-in that it ends in. */
const everyday: ReadonlySet<Kind> = new Set<Kind>(['registered', 'rotated', 'replayed'])

function levelOf(kind: Kind): keyof Logger {
  if (alarming.has(kind)) return 'warn'
  return everyday.has(kind) ? 'debug' : 'info'
}

/** Audit events go to the log, marked `audit: true`, so that they can be routed apart. */
export function createAudit(logger: Logger): Audit {
  return (event, subject) => {
    logger[levelOf(event.event)]({ audit: true, ...event, ...subject }, event.event)
  }
}

/** The audit, and after it a handler. The audit does not wait for the handler, and logs its failures, nothing else. */
export function tellingHandler(audit: Audit, handler: EventHandler, logger: Logger): Audit {
  const failed = (event: string) => (err: unknown) =>
    logger.error({ err, event }, 'onEvent failed; the request went on')
  return (event, subject) => {
    audit(event, subject)
    const traceId = currentTraceId()
    try {
      const answer = handler({ ...event, ...subject, ...(traceId && { traceId }) })
      if (answer instanceof Promise) answer.catch(failed(event.event))
    } catch (error) {
      failed(event.event)(error)
    }
  }
}
