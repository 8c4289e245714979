import { describe, expect, test } from 'vitest'
import type { Sighting, Verdict } from './ledger.ts'
import { judge, openLedger } from './ledger.ts'
import { DEFAULTS } from './options.ts'
import { brokenPromises, percentile, table } from './report.ts'

const ME = 'me@storm.example'
const GOOD = {
  got: 'answer',
  status: 200,
  session: 'active',
  path: '/dashboard',
  people: [ME],
  isPersonal: true,
  refreshToken: 'r1',
  milliseconds: 10,
} as const
const NOTHING: Sighting = { got: 'nothing', because: 'ECONNRESET' }

const SIGHTINGS: readonly [string, Sighting, Verdict][] = [
  ['one’s own page', GOOD, 'fine'],
  ['a prefetch that shows nobody', { ...GOOD, people: [], isPersonal: false }, 'fine'],
  ['a page that shows nobody', { ...GOOD, people: [] }, 'nameless'],
  ['no answer', NOTHING, 'again'],
  ['an outage', { ...GOOD, status: 503, session: 'degraded', people: [] }, 'again'],
  ['a proxy’s apology', { ...GOOD, status: 502, session: null, people: [] }, 'again'],
  ['a session that ended', { ...GOOD, session: 'ended' }, 'lost'],
  ['a session that nobody knows', { ...GOOD, session: 'anonymous' }, 'lost'],
  ['401, whatever x-session says', { ...GOOD, status: 401, people: [] }, 'lost'],
  ['the sign-in page', { ...GOOD, path: '/login', people: [] }, 'lost'],
  ['a cleared refresh cookie', { ...GOOD, refreshToken: undefined }, 'lost'],
  ['a broken gateway', { ...GOOD, status: 500, people: [] }, 'server-error'],
  ['somebody else’s page', { ...GOOD, people: ['other@storm.example'] }, 'foreign'],
  ['somebody else on one’s own page', { ...GOOD, people: [ME, 'other@storm.example'] }, 'foreign'],
]

test.each(SIGHTINGS)('%s', (_name, seen, verdict) => {
  expect(judge(seen, ME)).toBe(verdict)
})

describe('the books', () => {
  const kept = { taken: 'refused', session: 'revoked' } as const

  function afterGoodStorm() {
    const ledger = openLedger(['r1'])
    ledger.note(ME, GOOD)
    ledger.note(ME, NOTHING)
    ledger.note(ME, { ...GOOD, session: 'renewed', refreshToken: 'r2', milliseconds: 30 })
    ledger.note(ME, { ...GOOD, refreshToken: 'r2', milliseconds: 20 })
    ledger.noteAttack(kept)
    return ledger
  }

  test('count tries, answers and renewals', () => {
    expect(afterGoodStorm().totals()).toMatchObject({
      tries: 4,
      answers: 3,
      renewals: 1,
      milliseconds: [10, 20, 30],
      bySession: new Map([
        ['active', 2],
        ['renewed', 1],
      ]),
    })
  })

  test('a storm in which all went well breaks no promise', () => {
    expect(brokenPromises(afterGoodStorm().totals())).toEqual([])
  })

  test.each(SIGHTINGS.filter(([, , verdict]) => !['fine', 'again'].includes(verdict)))(
    'a promise is broken by %s',
    (_name, seen) => {
      const ledger = afterGoodStorm()
      ledger.note(ME, seen)
      expect(brokenPromises(ledger.totals())).toHaveLength(1)
    },
  )

  test.each([
    [{ ...kept, taken: 'accepted' }, '1 tokens were accepted after the grace.'],
    [{ ...kept, session: 'alive' }, '1 sessions lived on after reuse.'],
    [{ ...kept, taken: 'unanswered' }, '1 attackers got no answer.'],
  ] as const)('a promise is broken by an attack with %o', (attack, sentence) => {
    const ledger = afterGoodStorm()
    ledger.noteAttack(attack)
    expect(brokenPromises(ledger.totals())).toEqual([sentence])
  })

  test.each([
    [{ servedUntil: 30_001, refusedAfter: 31_000 }, '1 ended sessions were served past `tolerate`.'],
    [{ servedUntil: 0, refusedAfter: null }, '1 ended sessions were never refused.'],
  ])('a promise is broken by an end with %o', (leaving, sentence) => {
    const ledger = afterGoodStorm()
    ledger.noteLeaving({ servedUntil: 900, refusedAfter: 950 })
    expect(brokenPromises(ledger.totals(), { revocation: 'on' })).toEqual([])
    ledger.noteLeaving(leaving)
    expect(brokenPromises(ledger.totals(), { revocation: 'on' })).toEqual([sentence])
  })

  test('a storm with revocation in which nobody left shows nothing of it', () => {
    expect(brokenPromises(afterGoodStorm().totals(), { revocation: 'on' })).toEqual(['Nobody left.'])
  })

  test('a storm in which nothing happened shows nothing', () => {
    expect(brokenPromises(openLedger().totals())).toEqual(['No session was renewed.', 'No attacker came.'])
  })

  test('the table says what was counted', () => {
    const around = { refreshCalls: 2, kills: { gateway: 1, 'auth server': 0 }, front: { cut: 3 }, back: {} }
    const lines = table(DEFAULTS, afterGoodStorm().totals(), around).split('\n')
    expect(lines[0]).toBe(
      'sqlite, 60 s, 2 gateways, 2 auth servers, 500 sessions, up to 20 tabs, faults on, seed 1',
    )
    const row = (name: string) =>
      lines
        .find((line) => line.startsWith(name))
        ?.slice(name.length)
        .trim()
    expect(row('requests')).toBe('4, 3 answered, ECONNRESET 1')
    expect(row('refresh calls')).toBe('2, 2.00 per renewal')
    expect(row('p50, p99')).toBe('20 ms, 30 ms')
    expect(row('faults before gateways')).toBe('cut 3')
    expect(row('killed')).toBe('1 gateway, 0 auth servers')
    expect(row('sessions lost')).toBe('0')
  })
})

test.each([
  [[], 0.5, 0],
  [[7], 0.99, 7],
  [[1, 2, 3, 4], 0.5, 2],
  [Array.from({ length: 100 }, (_, i) => i + 1), 0.99, 99],
])('the percentile of %j at %d is %d', (numbers, share, expected) => {
  expect(percentile(numbers, share)).toBe(expected)
})
