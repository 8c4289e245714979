import { describe, expect, test } from 'vitest'
import type { Sighting, Verdict } from './ledger.ts'
import { judge, openLedger } from './ledger.ts'
import { DEFAULTS } from './options.ts'
import { percentile } from './percentile.ts'
import { brokenPromises, table } from './report.ts'

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

  const device = {
    registrations: 4,
    refreshes: 9,
    challenged: 2,
    skipped: 1,
    bounced: 3,
    visitors: 4,
    bound: 4,
  }
  const theft = {
    by: 'stranger',
    copied: 'bound',
    whom: ME,
    servedUntil: 9_800,
    atAuthServer: { accepted: 0, refused: 5 },
  } as const

  test.each([
    [{ ...theft, servedUntil: 11_001 }, '1 thieves were served past one access-token life.'],
    [
      { ...theft, atAuthServer: { accepted: 1, refused: 5 } },
      '1 copied refresh cookies were taken by an auth server.',
    ],
    [{ ...theft, atAuthServer: { accepted: 0, refused: 0 } }, '1 thieves got no answer of an auth server.'],
  ])('a promise is broken by a thief with %o', (worse, sentence) => {
    const ledger = afterGoodStorm()
    ledger.noteTheft(theft)
    expect(brokenPromises(ledger.totals(), DEFAULTS, device)).toEqual([])
    ledger.noteTheft(worse)
    expect(brokenPromises(ledger.totals(), DEFAULTS, device)).toEqual([sentence])
  })

  test('a storm with device keys in which nobody bound, renewed or stole shows nothing of it', () => {
    const nothing = { ...device, refreshes: 0, bound: 3 }
    expect(brokenPromises(afterGoodStorm().totals(), DEFAULTS, nothing)).toEqual([
      '1 sessions were not bound in the end.',
      '1 storm had no renewal by a proof.',
      '1 storm had no thief.',
    ])
  })

  test('the table says what became of thieves', () => {
    const around = { refreshCalls: 2, kills: { gateway: 1, 'auth server': 0 }, front: {}, back: {} }
    const ledger = afterGoodStorm()
    ledger.noteTheft(theft)
    ledger.noteTheft({ ...theft, by: 'look-alike', servedUntil: 11_500 })
    const lines = table({ ...DEFAULTS, bound: true }, ledger.totals(), around, device)
    expect(lines).toMatch(/, bound, seed 1\n/)
    expect(lines).toMatch(/thieves alive +1 of 2\n/)
    expect(lines).toMatch(/sessions bound +4 of 4, by 4 registrations\n/)
    expect(lines).toMatch(/copies at auth servers +0 accepted, 10 refused\n/)
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
