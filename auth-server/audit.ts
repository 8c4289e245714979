import type { Logger } from './logger.ts'
import type { RevocationReason } from './store/store.ts'

/** Whom it is about, and where a request for it came from. Never a token. */
interface AuditSubject {
  /** Absent when nobody has this e-mail address: what was typed in its place may be a password. */
  readonly userId?: string
  readonly address?: string
  readonly userAgent?: string
}

/** Where a password is asked for. */
type PasswordPlace = 'sign-in' | 'password-change' | 'reauthentication'

/** What deserves to be found again later. */
export type AuditEvent =
  | { readonly event: 'signed-in'; readonly sid: string; readonly by: 'password' | 'registration' }
  /** A wrong password, where a password is asked for. */
  | { readonly event: 'password-refused'; readonly at: PasswordPlace }
  /** Too many of those: no more are looked at for a while. */
  | { readonly event: 'tries-limited'; readonly at: PasswordPlace | 'registration' }
  | { readonly event: 'signed-out'; readonly sid: string }
  /** The store had lost writes, and a newer refresh token put it right. */
  | { readonly event: 'healed'; readonly sid: string; readonly from: number; readonly to: number }
  /** An old refresh token was presented: the session was revoked. */
  | {
      readonly event: 'reuse-detected'
      readonly sid: string
      readonly presented: number
      readonly newest: number
    }
  | {
      readonly event: 'sessions-ended'
      readonly reason: RevocationReason
      readonly count: number
      readonly sid?: string
    }
  | { readonly event: 'password-changed'; readonly sid: string }
  /** By hand: `operator` is an account of the machine. */
  | { readonly event: 'user-disabled' | 'user-enabled'; readonly operator: string }

/** Writes one audit event. */
export type Audit = (event: AuditEvent, subject: AuditSubject) => void

const alarming: ReadonlySet<AuditEvent['event']> = new Set(['healed', 'reuse-detected', 'tries-limited'])

/** Audit events go to the log, marked `audit: true`, so that they can be routed apart. */
export function createAudit(logger: Logger): Audit {
  return (event, subject) => {
    const level = alarming.has(event.event) ? 'warn' : 'info'
    logger[level]({ audit: true, ...event, ...subject }, event.event)
  }
}
