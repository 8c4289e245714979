import { describe, expect, it } from 'vitest'
import type { Conclusion, Decision, Situation, Tried } from './policy.ts'
import { conclude, decide, decideWithout } from './policy.ts'

const VALUES = {
  token: ['absent', 'valid', 'expiring', 'expired', 'invalid', 'unverifiable', 'signed-out', 'ended'],
  servableStale: [true, false],
  refreshToken: ['presented', 'absent'],
  delivery: ['possible', 'impossible'],
  renew: ['when-due', 'always'],
  access: ['public', 'allowed', 'role-missing', 'insufficient'],
  unsure: [true, false],
  kind: ['document', 'navigation', 'prefetch', 'action', 'api'],
} as const satisfies { [Name in keyof Situation]: readonly Situation[Name][] }

/** Every situation there is. */
const SITUATIONS: Situation[] = Object.entries(VALUES).reduce<Record<string, unknown>[]>(
  (partial, [name, values]) =>
    partial.flatMap((situation) => [...values].map((value) => ({ ...situation, [name]: value }))),
  [{}],
) as Situation[]

const RENEWALS = ['not-tried', 'rotated', 'refused', 'unavailable'] as const
type Case = Situation & { readonly renewal: 'not-tried' | Tried }

/** Every situation, before a renewal and after each result of one. */
const CASES: Case[] = SITUATIONS.flatMap((situation) =>
  // Nothing is renewed where nothing can be delivered.
  (situation.delivery === 'possible' ? RENEWALS : (['not-tried'] as const)).map((renewal) => ({
    ...situation,
    renewal,
  })),
)

const decisionOn = ({ renewal, ...situation }: Case): Decision =>
  renewal === 'not-tried' ? decide(situation) : conclude(situation, renewal)

const conclusionOf = (one: Case): Conclusion | undefined => {
  const decision = decisionOn(one)
  return decision.step === 'conclude' ? decision : undefined
}

/** Names of a column's values, separated by spaces; `*` for all. */
type Pattern = string
const fits = (pattern: Pattern | undefined, value: string | boolean) =>
  pattern === '*' || pattern?.split(' ').includes(String(value))

describe('what becomes of the session (CONTRACT 7, both tables)', () => {
  const REST = 'valid expiring expired invalid absent unverifiable'
  const NO_SESSION = 'expired invalid absent unverifiable signed-out ended'
  // delivery    token             stale    refresh token  route  unsure  renewal       outcome     identity   cookies
  const TABLE: [Pattern, Pattern, Pattern, Pattern, Pattern, Pattern, Pattern, string][] = [
    ['possible', 'signed-out ended', '*', '*', '*', '*', '*', 'ended none clear'],
    ['possible', 'valid', '*', '*', 'when-due', 'false', 'not-tried', 'active presented keep'],
    ['possible', 'valid', '*', '*', 'when-due', 'true', 'not-tried', 'degraded none keep'],
    ['possible', 'valid', '*', 'presented', 'always', '*', 'not-tried', 'renew'],
    ['possible', 'valid', '*', 'absent', 'always', 'false', 'not-tried', 'active presented keep'],
    ['possible', 'valid', '*', 'absent', 'always', 'true', 'not-tried', 'degraded none keep'],
    ['possible', 'expiring', '*', 'presented', '*', '*', 'not-tried', 'renew'],
    ['possible', 'expiring', '*', 'absent', '*', 'false', 'not-tried', 'active presented keep'],
    ['possible', 'expiring', '*', 'absent', '*', 'true', 'not-tried', 'degraded none keep'],
    ['possible', 'expired invalid absent', '*', 'presented', '*', '*', 'not-tried', 'renew'],
    ['possible', 'expired invalid', '*', 'absent', '*', '*', 'not-tried', 'anonymous none clear'],
    ['possible', 'absent', '*', 'absent', '*', '*', 'not-tried', 'anonymous none keep'],
    ['possible', 'unverifiable', '*', '*', '*', '*', 'not-tried', 'degraded none keep'],
    ['possible', REST, '*', '*', '*', '*', 'rotated', 'renewed renewed issue'],
    ['possible', REST, '*', '*', '*', '*', 'refused', 'ended none clear'],
    ['possible', 'valid expiring', '*', '*', '*', 'false', 'unavailable', 'degraded presented keep'],
    ['possible', 'valid expiring expired', '*', '*', '*', 'true', 'unavailable', 'degraded none keep'],
    ['possible', 'expired', 'true', '*', '*', 'false', 'unavailable', 'degraded presented keep'],
    ['possible', 'expired', 'false', '*', '*', 'false', 'unavailable', 'degraded none keep'],
    ['possible', 'invalid absent unverifiable', '*', '*', '*', '*', 'unavailable', 'degraded none keep'],
    ['impossible', 'valid expiring', '*', '*', '*', 'false', '*', 'active presented keep'],
    ['impossible', 'valid expiring', '*', '*', '*', 'true', '*', 'degraded none keep'],
    ['impossible', NO_SESSION, '*', '*', '*', '*', '*', 'anonymous none keep'],
  ]
  const covers = (
    [delivery, token, stale, refreshToken, renew, unsure, renewal]: readonly Pattern[],
    one: Case,
  ) =>
    fits(delivery, one.delivery) &&
    fits(token, one.token) &&
    fits(stale, one.servableStale) &&
    fits(refreshToken, one.refreshToken) &&
    fits(renew, one.renew) &&
    fits(unsure, one.unsure) &&
    fits(renewal, one.renewal)

  it('is said by exactly one row for each situation', () => {
    expect(CASES.filter((one) => TABLE.filter((row) => covers(row, one)).length !== 1)).toEqual([])
  })

  it.each(TABLE)(
    'delivery %s, token %s, stale %s, refresh token %s, route %s, unsure %s, renewal %s: %s',
    (...row) => {
      for (const one of CASES.filter((candidate) => covers(row, candidate)))
        expect(sessionPart(decisionOn(one)), JSON.stringify(one)).toBe(row[7])
    },
  )

  const sessionPart = (decision: Decision) =>
    decision.step === 'renew' ? 'renew' : `${decision.outcome} ${decision.identity} ${decision.cookies}`
})

describe('how the request is answered (CONTRACT 7, "Refused, by kind of request")', () => {
  const PROTECTED = 'allowed role-missing insufficient'
  // path             delivery   identity    outcome                   kind                       answer
  const TABLE: [Pattern, Pattern, Pattern, Pattern, Pattern, string][] = [
    ['public', '*', '*', '*', '*', 'pass'],
    ['allowed', '*', 'presented renewed', '*', '*', 'pass'],
    ['role-missing', '*', 'presented renewed', '*', '*', 'forbidden'],
    ['insufficient', 'possible', 'presented renewed', '*', 'document', 'redirect-to-sign-in'],
    ['insufficient', 'impossible', 'presented', '*', 'document', 'unauthenticated'],
    ['insufficient', '*', 'presented renewed', '*', 'action', 'action-to-sign-in'],
    ['insufficient', '*', 'presented renewed', '*', 'navigation prefetch api', 'unauthenticated'],
    [PROTECTED, 'possible', 'none', 'anonymous ended', 'document', 'redirect-to-sign-in'],
    [PROTECTED, 'impossible', 'none', 'anonymous', 'document', 'unauthenticated'],
    [PROTECTED, '*', 'none', 'anonymous ended', 'action', 'action-to-sign-in'],
    [PROTECTED, '*', 'none', 'anonymous ended', 'navigation prefetch api', 'unauthenticated'],
    [PROTECTED, '*', 'none', 'degraded', 'document', 'unavailable-page'],
    [PROTECTED, '*', 'none', 'degraded', 'navigation prefetch action api', 'unavailable'],
  ]

  it('is said by exactly one row for each situation', () => {
    const rowsFor = (one: Case, { identity, outcome }: Conclusion) =>
      TABLE.filter(
        (row) =>
          fits(row[0], one.access) &&
          fits(row[1], one.delivery) &&
          fits(row[2], identity) &&
          fits(row[3], outcome) &&
          fits(row[4], one.kind),
      )
    const odd = CASES.filter((one) => {
      const conclusion = conclusionOf(one)
      return conclusion && rowsFor(one, conclusion).length !== 1
    })
    expect(odd).toEqual([])
  })

  it.each(TABLE)(
    'path %s, delivery %s, identity %s, outcome %s, kind %s: %s',
    (access, delivery, identity, outcome, kind, answer) => {
      const covered = CASES.flatMap((one) => {
        const conclusion = conclusionOf(one)
        return conclusion &&
          fits(access, one.access) &&
          fits(delivery, one.delivery) &&
          fits(identity, conclusion.identity) &&
          fits(outcome, conclusion.outcome) &&
          fits(kind, one.kind)
          ? [conclusion]
          : []
      })
      expect(new Set(covered.map((conclusion) => conclusion.answer))).toEqual(new Set([answer]))
    },
  )
})

describe('in every situation', () => {
  const concluded = CASES.flatMap((situation) => {
    const conclusion = conclusionOf(situation)
    return conclusion ? [{ situation, conclusion }] : []
  })
  const exceptions = (holds: (conclusion: Conclusion, situation: Case) => boolean) =>
    concluded.filter(({ situation, conclusion }) => !holds(conclusion, situation))

  it('there is a decision', () => {
    expect(CASES).toHaveLength(8 * 2 * 2 * (4 + 1) * 2 * 4 * 2 * 5)
    for (const one of CASES) expect(decisionOn(one).step).toMatch(/^(renew|conclude)$/)
  })

  it('clerk #1324: a renewal that was tried is never asked for again, so no loop can form', () => {
    const renewing = CASES.filter((one) => decisionOn(one).step === 'renew')
    expect(renewing.filter(({ renewal }) => renewal !== 'not-tried')).toEqual([])
    expect(renewing.filter(({ refreshToken }) => refreshToken === 'absent')).toEqual([])
  })

  it('next.js #29488: a renewal is asked for only where its cookies can be delivered', () => {
    const renewing = CASES.filter((one) => decisionOn(one).step === 'renew')
    expect(renewing.filter(({ delivery }) => delivery === 'impossible')).toEqual([])
    expect(exceptions(({ cookies }, { delivery }) => delivery === 'possible' || cookies === 'keep')).toEqual(
      [],
    )
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
          renewal !== 'unavailable' || ['signed-out', 'ended'].includes(token) || outcome === 'degraded',
      ),
    ).toEqual([])
  })

  it('cookies are issued for a renewed session only, and cleared for none that goes on', () => {
    expect(exceptions(({ outcome, cookies }) => (cookies === 'issue') === (outcome === 'renewed'))).toEqual(
      [],
    )
    expect(exceptions(({ identity, cookies }) => cookies !== 'clear' || identity === 'none')).toEqual([])
  })

  it('nobody is renewed whose session has ended', () => {
    const over = CASES.filter(({ token }) => token === 'ended' || token === 'signed-out')
    expect(over.filter((one) => decisionOn(one).step === 'renew')).toEqual([])
  })

  it('a path that wants to know what has ended is passed with a renewed token alone while that cannot be told', () => {
    expect(exceptions(({ identity }, { unsure }) => !unsure || identity !== 'presented')).toEqual([])
    expect(
      exceptions(
        ({ outcome, answer }, { unsure, token, access }) =>
          !unsure ||
          access === 'public' ||
          outcome !== 'degraded' ||
          token === 'absent' ||
          /^unavailable/.test(answer),
      ),
    ).toEqual([])
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

  it('RFC 9470: a sign-in that does not suffice ends no session, and is not taken for a missing role', () => {
    const isHeld = ({ identity }: Conclusion) => identity !== 'none'
    const insufficient = concluded.filter(
      ({ situation, conclusion }) => situation.access === 'insufficient' && isHeld(conclusion),
    )
    expect(insufficient.length).toBeGreaterThan(0)
    expect(insufficient.filter(({ conclusion: { cookies } }) => cookies === 'clear')).toEqual([])
    expect(new Set(insufficient.map(({ conclusion: { answer } }) => answer))).toEqual(
      new Set(['redirect-to-sign-in', 'action-to-sign-in', 'unauthenticated']),
    )
  })

  it('only documents and actions are sent to the sign-in page: never a prefetch', () => {
    expect(
      exceptions(({ answer }, { kind }) => answer !== 'redirect-to-sign-in' || kind === 'document'),
    ).toEqual([])
    expect(exceptions(({ answer }, { kind }) => answer !== 'action-to-sign-in' || kind === 'action')).toEqual(
      [],
    )
  })

  it('a session that has ended, by a sign-out or elsewhere, stays so, whatever a renewal brought', () => {
    expect(
      exceptions(
        ({ outcome, identity }, { token, delivery }) =>
          !['signed-out', 'ended'].includes(token) ||
          (identity === 'none' && outcome === (delivery === 'possible' ? 'ended' : 'anonymous')),
      ),
    ).toEqual([])
  })
})

describe('a request whose session cookies are another app’s', () => {
  it('is decided as one without any', () => {
    for (const situation of SITUATIONS) {
      const bare = decide({ ...situation, token: 'absent', refreshToken: 'absent', servableStale: false })
      if (bare.step !== 'conclude' || bare.outcome !== 'anonymous') continue
      expect(decideWithout(situation)).toEqual(bare)
    }
    expect.assertions(SITUATIONS.length)
  })
})
