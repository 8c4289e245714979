import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Situation } from '../gateway/decision/policy.ts'
import { decide } from '../gateway/decision/policy.ts'
import type { Bound } from './decide-request.ts'
import { decideBound } from './decide-request.ts'
import { situation } from './testing/situations.ts'

const sealed: Bound = { cookie: 'sealed', mode: 'prefer', isSkipped: false, isMarked: false, canBounce: true }

type Row = readonly [Partial<Situation>, Partial<Bound>, object, string]

/** The table of docs/device-binding.md. */
const ROWS: readonly Row[] = [
  [{ token: 'valid' }, {}, { outcome: 'active', answer: 'pass', cookies: 'keep' }, 'none'],
  [{ token: 'expiring' }, {}, { outcome: 'active', answer: 'pass', cookies: 'keep' }, 'none'],
  [{ token: 'valid', renew: 'always' }, {}, { outcome: 'active', answer: 'pass' }, 'none'],
  [{ token: 'expiring' }, { cookie: 'plain' }, { step: 'renew' }, 'none'],
  [{ token: 'absent' }, { cookie: 'plain' }, { step: 'renew' }, 'none'],
  [
    {},
    { isSkipped: true },
    { outcome: 'degraded', answer: 'unavailable-page', cookies: 'keep', reason: 'device_skipped' },
    'none',
  ],
  [
    { kind: 'api' },
    { isSkipped: true, canBounce: false },
    { outcome: 'degraded', answer: 'unavailable' },
    'none',
  ],
  [
    { access: 'public' },
    { isSkipped: true },
    { outcome: 'degraded', answer: 'pass', identity: 'none' },
    'none',
  ],
  [{}, {}, { outcome: 'degraded', cookies: 'keep', reason: 'device_bounced' }, 'bounce'],
  [{ token: 'absent' }, {}, { outcome: 'degraded', cookies: 'keep' }, 'bounce'],
  [{ token: 'invalid' }, {}, { outcome: 'degraded', cookies: 'keep' }, 'bounce'],
  [
    {},
    { isMarked: true },
    { outcome: 'ended', answer: 'redirect-to-sign-in', cookies: 'clear', reason: 'device_key_missing' },
    'lost',
  ],
  [
    { token: 'absent', access: 'public' },
    { isMarked: true },
    { outcome: 'ended', answer: 'pass', cookies: 'clear' },
    'lost',
  ],
  [{}, { isMarked: true, isSkipped: true }, { outcome: 'degraded', reason: 'device_skipped' }, 'none'],
  ...(['navigation', 'action', 'api', 'prefetch'] as const).map(
    (kind): Row => [
      { kind },
      { canBounce: false },
      { outcome: 'degraded', answer: 'unavailable', cookies: 'keep' },
      'repeat',
    ],
  ),
  [{ kind: 'document' }, { canBounce: false }, { outcome: 'degraded', answer: 'unavailable-page' }, 'repeat'],
  [
    { kind: 'api', access: 'public' },
    { canBounce: false },
    { outcome: 'degraded', answer: 'pass' },
    'repeat',
  ],
  [{ servableStale: true }, {}, { outcome: 'degraded', identity: 'none' }, 'bounce'],
  [
    {},
    { cookie: 'unreadable' },
    { outcome: 'ended', cookies: 'clear', reason: 'invalid_refresh_token' },
    'none',
  ],
  [{ token: 'absent' }, { cookie: 'unreadable' }, { outcome: 'ended', cookies: 'clear' }, 'none'],
  [{ token: 'valid' }, { cookie: 'unreadable' }, { outcome: 'active', answer: 'pass' }, 'none'],
  [{ token: 'signed-out' }, {}, { outcome: 'ended', cookies: 'clear' }, 'none'],
  [{ token: 'ended' }, {}, { outcome: 'ended', cookies: 'clear' }, 'none'],
  [{ token: 'unverifiable' }, {}, { outcome: 'degraded', cookies: 'keep' }, 'none'],
  [
    { delivery: 'impossible' },
    {},
    { outcome: 'anonymous', cookies: 'keep', answer: 'unauthenticated' },
    'none',
  ],
  [{ token: 'valid' }, { cookie: 'plain', mode: 'require' }, { outcome: 'active', answer: 'pass' }, 'none'],
  [
    { token: 'expiring' },
    { cookie: 'plain', mode: 'require' },
    { outcome: 'active', answer: 'pass' },
    'none',
  ],
  [{ token: 'valid', renew: 'always' }, { cookie: 'plain', mode: 'require' }, { outcome: 'active' }, 'none'],
  [
    {},
    { cookie: 'plain', mode: 'require' },
    { outcome: 'ended', answer: 'redirect-to-sign-in', cookies: 'clear', reason: 'device_binding_required' },
    'none',
  ],
  [
    { token: 'absent', refreshToken: 'absent' },
    { cookie: 'none', mode: 'require' },
    { outcome: 'anonymous' },
    'none',
  ],
]

describe('the table of bound sessions', () => {
  it.each(ROWS)('%j with %j: %j, %s', (change, bound, expected, extra) => {
    const decided = decideBound(situation(change), { ...sealed, ...bound })
    expect(decided.decision).toMatchObject({ ...expected })
    expect(decided.extra).toBe(extra)
  })
})

const ANY_SITUATION = fc.record<Situation>({
  token: fc.constantFrom(
    'absent',
    'valid',
    'expiring',
    'expired',
    'invalid',
    'unverifiable',
    'signed-out',
    'ended',
  ),
  servableStale: fc.boolean(),
  refreshToken: fc.constantFrom('presented', 'absent'),
  delivery: fc.constantFrom('possible', 'impossible'),
  renew: fc.constantFrom('when-due', 'always'),
  access: fc.constantFrom('public', 'allowed', 'role-missing', 'insufficient'),
  unsure: fc.boolean(),
  kind: fc.constantFrom('document', 'navigation', 'prefetch', 'action', 'api'),
})
const ANY_BOUND = fc.record<Bound>({
  cookie: fc.constantFrom('sealed', 'unreadable', 'plain', 'none'),
  mode: fc.constantFrom('prefer', 'require'),
  isSkipped: fc.boolean(),
  isMarked: fc.boolean(),
  canBounce: fc.boolean(),
})

describe('whatever comes', () => {
  it('renews no bound session on an ordinary request, and shows nobody a session that has no good token', () => {
    fc.assert(
      fc.property(ANY_SITUATION, ANY_BOUND, (one, bound) => {
        const { decision } = decideBound(one, bound)
        if (bound.cookie !== 'sealed' && bound.cookie !== 'unreadable') return
        expect(decision.step).toBe('conclude')
        if (decision.step === 'conclude' && decision.identity !== 'none')
          expect(['valid', 'expiring']).toContain(one.token)
      }),
    )
  })

  it('decides as without device binding where nothing is bound, under `prefer`', () => {
    fc.assert(
      fc.property(ANY_SITUATION, fc.constantFrom('plain' as const, 'none' as const), (one, cookie) => {
        expect(decideBound(one, { ...sealed, cookie })).toEqual({ decision: decide(one), extra: 'none' })
      }),
    )
  })

  it('clears the cookies of a sealed session only where it was signed out of, has ended, or its key is missing', () => {
    fc.assert(
      fc.property(ANY_SITUATION, ANY_BOUND, (one, bound) => {
        const { decision, extra } = decideBound(one, { ...bound, cookie: 'sealed' })
        if (decision.step !== 'conclude' || decision.cookies !== 'clear') return
        expect(one.token === 'signed-out' || one.token === 'ended' || extra === 'lost').toBe(true)
        if (extra === 'lost') expect(bound.isMarked && !bound.isSkipped).toBe(true)
      }),
    )
  })
})
