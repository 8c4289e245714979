import type { Counter } from 'prom-client'
import type { RevocationReason } from '../../store/store.ts'
import type { AuthEvent, EventHandler } from '../audit.ts'

/** All values of the label `detail` of an event: a label never takes a value from a request. */
const details: Readonly<Record<AuthEvent['event'], readonly string[]>> = {
  registered: [''],
  'signed-in': ['password', 'second-factor', 'passkey', 'registration', 'password-change'],
  'password-refused': ['sign-in', 'password-change', 'reauthentication'],
  'tries-limited': [
    'sign-in',
    'password-change',
    'reauthentication',
    'second-factor',
    'registration',
    'mail',
    'mail-link',
  ],
  'factor-added': ['totp', 'passkey', 'trusted-device'],
  'factor-removed': ['totp', 'passkey', 'recovery-code', 'trusted-device'],
  'factor-refused': ['code', 'passkey'],
  'recovery-codes-made': [''],
  'recovery-code-used': [''],
  rotated: [''],
  replayed: [''],
  'replayed-elsewhere': ['child', 'refused'],
  'device-bound': [''],
  'device-proof-refused': ['missing', 'invalid'],
  healed: [''],
  'reuse-detected': [''],
  'refresh-refused': [
    'not-ours',
    'ambiguous',
    'unknown',
    'idle-limit',
    'absolute-limit',
    'revoked',
    'reused',
  ],
  'signed-out': [''],
  'sessions-ended': [''],
  'password-changed': [''],
  'password-reset': [''],
  'email-verified': [''],
  'email-changed': [''],
  'mail-sent': [
    'reset-password',
    'verify-email',
    'change-email',
    'email-changed',
    'password-changed',
    'factors-changed',
  ],
  'user-added': [''],
  'users-listed': [''],
  'user-shown': [''],
  'roles-changed': [''],
  'user-disabled': [''],
  'user-enabled': [''],
  'users-imported': [''],
  'user-exported': [''],
  'user-deleted': [''],
}

/** A session that a sign-in in the same browser replaces ends without an event. */
const reasons: Readonly<Record<Exclude<RevocationReason, 'replaced'>, true>> = {
  'ended-by-admin': true,
  'ended-by-user': true,
  'password-changed': true,
  'password-reset': true,
  reuse: true,
  'session-limit': true,
  'signed-out': true,
  'user-disabled': true,
  'user-gone': true,
}

/**
 * Counts events, and the sessions that they end. Every series is there from the start, at 0: Prometheus does not see the step
 * from nothing to 1, and the first lost session is the one to see.
 */
export function countingEvents(events: Counter<'event' | 'detail'>, ended: Counter<'reason'>): EventHandler {
  for (const [event, all] of Object.entries(details))
    for (const detail of all) events.inc({ event, detail }, 0)
  for (const reason of Object.keys(reasons)) ended.inc({ reason }, 0)

  return (event) => {
    events.inc({ event: event.event, detail: detailOf(event) })
    const end = endOf(event)
    if (end) ended.inc({ reason: end.reason }, end.count)
  }
}

function detailOf(event: AuthEvent): string {
  switch (event.event) {
    case 'signed-in':
      return event.by
    case 'password-refused':
    case 'tries-limited':
      return event.at
    case 'device-proof-refused':
    case 'refresh-refused':
      return event.reason
    case 'replayed-elsewhere':
      return event.answer
    default:
      return ''
  }
}

function endOf(event: AuthEvent): { reason: RevocationReason; count: number } | undefined {
  switch (event.event) {
    case 'sessions-ended':
      return event
    case 'reuse-detected':
      return { reason: 'reuse', count: 1 }
    case 'signed-out':
      return { reason: 'signed-out', count: 1 }
    default:
      return undefined
  }
}
