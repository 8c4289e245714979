import { describe, expect, it } from 'vitest'
import type { Conclusion, Decision, Situation } from './policy.ts'
import { decide } from './policy.ts'

const VALUES = {
  token: ['absent', 'valid', 'expiring', 'expired', 'invalid', 'unverifiable', 'signed-out'],
  servableStale: [true, false],
  refreshToken: ['presented', 'absent'],
  renewal: ['not-tried', 'rotated', 'refused', 'unavailable'],
  renew: ['when-due', 'always'],
  access: ['public', 'allowed', 'role-missing'],
  kind: ['document', 'navigation', 'prefetch', 'action', 'api'],
} as const satisfies { [Name in keyof Situation]: readonly Situation[Name][] }

/** Every situation there is. */
const SITUATIONS: Situation[] = Object.entries(VALUES).reduce<Record<string, unknown>[]>(
  (partial, [name, values]) =>
    partial.flatMap((situation) => [...values].map((value) => ({ ...situation, [name]: value }))),
  [{}],
) as Situation[]

const conclusionOf = (situation: Situation): Conclusion | undefined => {
  const decision = decide(situation)
  return decision.step === 'conclude' ? decision : undefined
}

/** Names of a column's values, separated by spaces; `*` for all. */
type Pattern = string
const fits = (pattern: Pattern | undefined, value: string | boolean) =>
  pattern === '*' || pattern?.split(' ').includes(String(value))

describe('what becomes of the session (CONTRACT 7, both tables)', () => {
  // token                      stale    refresh token  route        renewal       outcome     identity   cookies
  const TABLE: [Pattern, Pattern, Pattern, Pattern, Pattern, string][] = [
    ['signed-out', '*', '*', '*', '*', 'ended none clear'],
    ['valid', '*', '*', 'when-due', 'not-tried', 'active presented keep'],
    ['valid', '*', 'presented', 'always', 'not-tried', 'renew'],
    ['valid', '*', 'absent', 'always', 'not-tried', 'active presented keep'],
    ['expiring', '*', 'presented', '*', 'not-tried', 'renew'],
    ['expiring', '*', 'absent', '*', 'not-tried', 'active presented keep'],
    ['expired invalid absent', '*', 'presented', '*', 'not-tried', 'renew'],
    ['expired invalid', '*', 'absent', '*', 'not-tried', 'anonymous none clear'],
    ['absent', '*', 'absent', '*', 'not-tried', 'anonymous none keep'],
    ['unverifiable', '*', '*', '*', 'not-tried', 'degraded none keep'],
    ['valid expiring expired invalid absent unverifiable', '*', '*', '*', 'rotated', 'renewed renewed issue'],
    ['valid expiring expired invalid absent unverifiable', '*', '*', '*', 'refused', 'ended none clear'],
    ['valid expiring', '*', '*', '*', 'unavailable', 'degraded presented keep'],
    ['expired', 'true', '*', '*', 'unavailable', 'degraded presented keep'],
    ['expired', 'false', '*', '*', 'unavailable', 'degraded none keep'],
    ['invalid absent unverifiable', '*', '*', '*', 'unavailable', 'degraded none keep'],
  ]
  const covers = ([token, stale, refreshToken, renew, renewal]: readonly Pattern[], situation: Situation) =>
    fits(token, situation.token) &&
    fits(stale, situation.servableStale) &&
    fits(refreshToken, situation.refreshToken) &&
    fits(renew, situation.renew) &&
    fits(renewal, situation.renewal)

  it('is said by exactly one row for each situation', () => {
    expect(
      SITUATIONS.filter((situation) => TABLE.filter((row) => covers(row, situation)).length !== 1),
    ).toEqual([])
  })

  it.each(TABLE)('token %s, stale %s, refresh token %s, route %s, renewal %s: %s', (...row) => {
    for (const situation of SITUATIONS.filter((situation) => covers(row, situation)))
      expect(sessionPart(decide(situation)), JSON.stringify(situation)).toBe(row[5])
  })

  const sessionPart = (decision: Decision) =>
    decision.step === 'renew' ? 'renew' : `${decision.outcome} ${decision.identity} ${decision.cookies}`
})

describe('how the request is answered (CONTRACT 7, "Refused, by kind of request")', () => {
  // path             whom the app sees    outcome                   kind                       answer
  const TABLE: [Pattern, Pattern, Pattern, Pattern, string][] = [
    ['public', '*', '*', '*', 'pass'],
    ['allowed', 'presented renewed', '*', '*', 'pass'],
    ['role-missing', 'presented renewed', '*', '*', 'forbidden'],
    ['allowed role-missing', 'none', 'anonymous ended', 'document', 'redirect-to-sign-in'],
    ['allowed role-missing', 'none', 'anonymous ended', 'action', 'action-to-sign-in'],
    ['allowed role-missing', 'none', 'anonymous ended', 'navigation prefetch api', 'unauthenticated'],
    ['allowed role-missing', 'none', 'degraded', 'document', 'unavailable-page'],
    ['allowed role-missing', 'none', 'degraded', 'navigation prefetch action api', 'unavailable'],
  ]

  it.each(TABLE)(
    'path %s, identity %s, outcome %s, kind %s: %s',
    (access, identity, outcome, kind, answer) => {
      const covered = SITUATIONS.flatMap((situation) => {
        const conclusion = conclusionOf(situation)
        return conclusion &&
          fits(access, situation.access) &&
          fits(identity, conclusion.identity) &&
          fits(outcome, conclusion.outcome) &&
          fits(kind, situation.kind)
          ? [conclusion]
          : []
      })
      expect(new Set(covered.map((conclusion) => conclusion.answer))).toEqual(new Set([answer]))
    },
  )
})

describe('in every situation', () => {
  const concluded = SITUATIONS.flatMap((situation) => {
    const conclusion = conclusionOf(situation)
    return conclusion ? [{ situation, conclusion }] : []
  })
  const exceptions = (holds: (conclusion: Conclusion, situation: Situation) => boolean) =>
    concluded.filter(({ situation, conclusion }) => !holds(conclusion, situation))

  it('there is a decision', () => {
    expect(SITUATIONS).toHaveLength(7 * 2 * 2 * 4 * 2 * 3 * 5)
    for (const situation of SITUATIONS) expect(decide(situation).step).toMatch(/^(renew|conclude)$/)
  })

  it('clerk #1324: a renewal that was tried is never asked for again, so no loop can form', () => {
    const renewing = SITUATIONS.filter((situation) => decide(situation).step === 'renew')
    expect(renewing.filter(({ renewal }) => renewal !== 'not-tried')).toEqual([])
    expect(renewing.filter(({ refreshToken }) => refreshToken === 'absent')).toEqual([])
  })

  it('nobody is known without a token that was verified', () => {
    const verified = ['valid', 'expiring', 'expired']
    expect(
      exceptions(({ identity }, { token }) => identity !== 'presented' || verified.includes(token)),
    ).toEqual([])
    expect(
      exceptions(({ identity }, { renewal }) => identity !== 'renewed' || renewal === 'rotated'),
    ).toEqual([])
  })

  it('an expired token passes only while the backend is unavailable and STALE_IF_ERROR lasts', () => {
    expect(
      exceptions(
        ({ identity }, { token, servableStale, renewal }) =>
          token !== 'expired' || identity !== 'presented' || (servableStale && renewal === 'unavailable'),
      ),
    ).toEqual([])
  })

  it('authkit-nextjs #461: an outage touches no cookie, so it logs nobody out', () => {
    expect(exceptions(({ outcome, cookies }) => outcome !== 'degraded' || cookies === 'keep')).toEqual([])
    expect(
      exceptions(
        ({ outcome }, { token, renewal }) =>
          renewal !== 'unavailable' || token === 'signed-out' || outcome === 'degraded',
      ),
    ).toEqual([])
  })

  it('cookies are issued for a renewed session only, and cleared for none that goes on', () => {
    expect(exceptions(({ outcome, cookies }) => (cookies === 'issue') === (outcome === 'renewed'))).toEqual(
      [],
    )
    expect(exceptions(({ identity, cookies }) => cookies !== 'clear' || identity === 'none')).toEqual([])
  })

  it('a public path passes', () => {
    expect(exceptions(({ answer }, { access }) => access !== 'public' || answer === 'pass')).toEqual([])
  })

  it('a protected path passes for somebody only', () => {
    expect(
      exceptions(
        ({ answer, identity }, { access }) =>
          answer !== 'pass' || access === 'public' || (access === 'allowed' && identity !== 'none'),
      ),
    ).toEqual([])
  })

  it('only documents and actions are sent to the sign-in page: never a prefetch', () => {
    expect(
      exceptions(({ answer }, { kind }) => answer !== 'redirect-to-sign-in' || kind === 'document'),
    ).toEqual([])
    expect(exceptions(({ answer }, { kind }) => answer !== 'action-to-sign-in' || kind === 'action')).toEqual(
      [],
    )
  })

  it('somebody who signed out stays signed out, whatever a renewal brought', () => {
    expect(exceptions(({ outcome }, { token }) => token !== 'signed-out' || outcome === 'ended')).toEqual([])
  })
})
