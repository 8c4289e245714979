import type { AuthEvent } from '@evergate/auth-server'
import type { GatewayEvent } from 'evergate/gateway'

const sid = 'Zk3vJp0Qm1xYb7cT2nWd9A'
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const request = { sid, traceId, method: 'GET', path: '/dashboard', kind: 'document' } as const
const nobody = { ...request, sid: null, traceId: null }
const life = { issuedAt: 1764000000, expiresAt: 1764000900 }

/** At least one of each event: the types see to it that none is missing. */
export const gatewayExamples: {
  readonly [Type in GatewayEvent['type']]: readonly Extract<GatewayEvent, { type: Type }>[]
} = {
  'session.active': [
    { type: 'session.active', ...request, token: 'valid', answer: 'pass', ...life, verified: 'cached' },
  ],
  'session.renewed': [
    {
      ...{ type: 'session.renewed', ...request, token: 'absent', answer: 'pass', ...life },
      ...{ waited: 12, shared: false },
    },
  ],
  'session.anonymous': [
    { type: 'session.anonymous', ...nobody, token: 'absent', answer: 'redirect-to-sign-in' },
  ],
  'session.ended': [
    {
      ...{ type: 'session.ended', ...request, sid: null, token: 'absent', answer: 'redirect-to-sign-in' },
      ...{ reason: 'session_revoked', waited: 9 },
    },
  ],
  'session.degraded': [
    {
      ...{ type: 'session.degraded', ...request, token: 'expired', answer: 'unavailable-page' },
      ...{ reason: 'no_answer', waited: 5000 },
    },
  ],
  'access-token.invalid': [
    { type: 'access-token.invalid', ...request, sid: null, traceId: null, reason: 'signature' },
  ],
  'origin.refused': [{ type: 'origin.refused', ...nobody, method: 'POST', path: '/api/logout', kind: 'api' }],
  'request.refused': [
    {
      ...{ type: 'request.refused', ...nobody, method: 'POST', path: '/api/backend/photos', kind: 'api' },
      reason: 'body_too_large',
    },
    { type: 'request.refused', ...nobody, path: '/%ffa%ffa%ffa', reason: 'path_too_long' },
  ],
  'cookies.foreign': [{ type: 'cookies.foreign', ...nobody, names: ['accessToken', 'refreshToken'] }],
  'backend.unavailable': [
    { type: 'backend.unavailable', reason: 'no_answer', traceId },
    { type: 'backend.unavailable', reason: 'breaker_open', traceId },
  ],
  'key.refused': [
    {
      ...{ type: 'key.refused', kid: 'key-1', alg: 'ES384' },
      message: 'DataError: Invalid keyData',
    },
  ],
  'backend.failed': [
    {
      type: 'backend.failed',
      message: "Cannot read properties of undefined (reading 'token')",
      stack:
        "TypeError: Cannot read properties of undefined (reading 'token')\n    at Object.refresh (backend.ts:7:31)",
      traceId,
    },
  ],
  'backend.misfit': [
    {
      type: 'backend.misfit',
      reason: 'claim_aud',
      message: 'aud is "my-api", expected "evergate-app": set TOKEN_AUDIENCE',
    },
  ],
  'breaker.opened': [{ type: 'breaker.opened', pause: 250, reason: 'no_answer', sessions: 'all' }],
  'backend.sign-out-failed': [{ type: 'backend.sign-out-failed', reason: 'status_500', traceId }],
  'breaker.closed': [{ type: 'breaker.closed' }],
  'clock.skewed': [{ type: 'clock.skewed', seconds: 90 }],
  'renewal.undelivered': [
    { type: 'renewal.undelivered', sid, traceId, method: 'GET', path: '/relay/items', kind: 'api' },
  ],
  'device.bound': [
    {
      ...{ type: 'device.bound', ...request, method: 'POST', path: '/session/device', kind: 'api' },
      alg: 'ES256',
    },
  ],
  'device.skipped': [{ type: 'device.skipped', ...request, reason: 'quota_exceeded' }],
  'device.proof-invalid': [
    {
      ...{
        type: 'device.proof-invalid',
        ...request,
        method: 'POST',
        path: '/session/device/refresh',
        kind: 'api',
      },
      reason: 'signature',
    },
  ],
  'device.lost': [{ type: 'device.lost', ...request }],
  'device.misfit': [
    {
      ...{ type: 'device.misfit', reason: 'domain' },
      message: 'not bound: leave out `domain`',
    },
  ],
  'revocation.stale': [{ type: 'revocation.stale', reason: 'no_answer', seconds: 31 }],
  'revocation.caught-up': [{ type: 'revocation.caught-up' }],
  'revocation.misfit': [{ type: 'revocation.misfit', reason: 'future' }],
  'user-data.left-out': [{ type: 'user-data.left-out', bytes: 20480, sid }],
}

const admin = 'mB4xT9wQe2kLz7vR0pHs5A'
const userId = 'VQ2mS8dLr0uKx5fT1nYc3B'
/** The client that sent the request. */
const client = { address: '203.0.113.7', userAgent: 'Mozilla/5.0 (X11; Linux x86_64)', traceId }
const person = { userId, ...client }

/** The same for the auth server. */
export const authServerExamples: {
  readonly [Name in AuthEvent['event']]: readonly Extract<AuthEvent, { event: Name }>[]
} = {
  registered: [{ event: 'registered', ...person }],
  'signed-in': [{ event: 'signed-in', sid, by: 'password', ...person }],
  'password-refused': [{ event: 'password-refused', at: 'sign-in', ...person }],
  'tries-limited': [{ event: 'tries-limited', at: 'sign-in', ...person }],
  'factor-added': [{ event: 'factor-added', factor: 'totp', ...person }],
  'factor-removed': [{ event: 'factor-removed', factor: 'totp', ...person }],
  'factor-refused': [{ event: 'factor-refused', factor: 'code', ...person }],
  'recovery-codes-made': [{ event: 'recovery-codes-made', ...person }],
  'recovery-code-used': [{ event: 'recovery-code-used', left: 9, ...person }],
  rotated: [{ event: 'rotated', sid, generation: 7, ...person }],
  replayed: [{ event: 'replayed', sid, generation: 7, ...person }],
  'replayed-elsewhere': [
    {
      event: 'replayed-elsewhere',
      sid,
      generation: 7,
      answer: 'child',
      renewedBy: { address: '198.51.100.4', userAgent: 'curl/8.14.1' },
      ...person,
    },
  ],
  healed: [{ event: 'healed', sid, from: 5, to: 7, ...person }],
  'reuse-detected': [{ event: 'reuse-detected', sid, presented: 3, newest: 7, ...person }],
  'device-bound': [
    {
      event: 'device-bound',
      sid,
      jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I',
      again: false,
      ...person,
    },
  ],
  'device-proof-refused': [{ event: 'device-proof-refused', sid, reason: 'missing', ...person }],
  'refresh-refused': [
    { event: 'refresh-refused', reason: 'revoked', ended: 'ended-by-user', sid, ...person },
  ],
  'signed-out': [{ event: 'signed-out', sid, ...person }],
  'sessions-ended': [{ event: 'sessions-ended', reason: 'ended-by-user', count: 1, sid, ...person }],
  'password-changed': [{ event: 'password-changed', sid, ...person }],
  'password-reset': [{ event: 'password-reset', ...person }],
  'email-verified': [{ event: 'email-verified', ...person }],
  'email-changed': [{ event: 'email-changed', ...person }],
  'mail-sent': [{ event: 'mail-sent', mail: 'reset-password', ...person }],
  'user-added': [{ event: 'user-added', roles: ['user'], operator: 'ops', userId }],
  'users-listed': [{ event: 'users-listed', count: 3, admin, ...client }],
  'user-shown': [{ event: 'user-shown', admin, ...person }],
  'roles-changed': [{ event: 'roles-changed', from: ['user'], to: ['user', 'editor'], admin, ...person }],
  'user-disabled': [{ event: 'user-disabled', operator: 'ops', userId }],
  'user-enabled': [{ event: 'user-enabled', operator: 'ops', userId }],
  'users-imported': [{ event: 'users-imported', operator: 'ops', count: 1_000_000 }],
  'user-exported': [{ event: 'user-exported', ...person }],
  'user-deleted': [{ event: 'user-deleted', ...person }],
}
