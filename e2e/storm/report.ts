import type { BoundCounts } from './bound/report.ts'
import { boundRows, problemsOfThefts } from './bound/report.ts'
import type { Totals } from './ledger.ts'
import { TOLERATE } from './limits.ts'
import type { StormOptions } from './options.ts'
import { DEFAULTS } from './options.ts'
import { percentile } from './percentile.ts'

/** The result of a storm, apart from the visitors' sightings. */
export type Surroundings = {
  readonly refreshCalls: number
  readonly kills: { readonly gateway: number; readonly 'auth server': number }
  /** Faults in front of the gateways and behind them, by kind. */
  readonly front: Readonly<Record<string, number>>
  readonly back: Readonly<Record<string, number>>
}

/** The broken promises, one sentence each. Empty when all was well. */
export function brokenPromises(
  totals: Totals,
  { revocation }: Pick<StormOptions, 'revocation'> = DEFAULTS,
  device: BoundCounts | null = null,
): readonly string[] {
  const { leavings, lost, foreign, nameless, serverErrors, unanswered, attacks, renewals } = totals
  const accepted = attacks.filter(({ taken }) => taken === 'accepted').length
  const alive = attacks.filter(({ session }) => session === 'alive').length
  const unknown = attacks.filter((attack) => Object.values(attack).includes('unanswered')).length
  const problems: readonly (readonly [number, string])[] = [
    [lost.length, 'sessions were lost'],
    [foreign.length, 'answers showed another person'],
    [nameless.length, 'personal answers showed nobody'],
    [serverErrors.length, 'answers had status 500'],
    [unanswered.length, 'requests were never answered'],
    [accepted, 'tokens were accepted after the grace'],
    [alive, 'sessions lived on after reuse'],
    [unknown, 'attackers got no answer'],
    [
      leavings.filter(({ servedUntil }) => servedUntil > TOLERATE).length,
      'ended sessions were served past `tolerate`',
    ],
    [
      leavings.filter(({ refusedAfter }) => refusedAfter === null).length,
      'ended sessions were never refused',
    ],
    ...(device ? problemsOfThefts(totals, device) : []),
  ]
  const broken = problems.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}.`)
  // A storm in which nothing happened shows nothing.
  if (renewals === 0) broken.push('No session was renewed.')
  if (attacks.length === 0) broken.push('No attacker came.')
  if (revocation === 'on' && leavings.length === 0) broken.push('Nobody left.')
  return broken
}

function leavingRows({ leavings }: Totals): readonly (readonly [string, string])[] {
  if (leavings.length === 0) return []
  const sorted = (times: readonly number[]) => times.toSorted((a, b) => a - b)
  const refused = sorted(leavings.flatMap(({ refusedAfter }) => refusedAfter ?? []))
  const served = sorted(leavings.map(({ servedUntil }) => servedUntil))
  return [
    [
      'ended meanwhile',
      `${leavings.length}, refused everywhere after p50 ${percentile(refused, 0.5)} ms, at most ${percentile(refused, 1)} ms`,
    ],
    ['served after their end', `at most ${percentile(served, 1)} ms, and never past ${TOLERATE} ms`],
  ]
}

/** The closing table. */
export function table(
  options: StormOptions,
  totals: Totals,
  around: Surroundings,
  device: BoundCounts | null = null,
): string {
  const { attacks, renewals, milliseconds } = totals
  const accepted = attacks.filter(({ taken }) => taken === 'accepted').length
  const revoked = attacks.filter(({ session }) => session === 'revoked').length
  const perRenewal = renewals === 0 ? '–' : (around.refreshCalls / renewals).toFixed(2)
  const rows: readonly (readonly [string, string | number])[] = [
    ['requests', `${totals.tries}, ${totals.answers} answered, ${inWords(totals.nothing) || 'none failed'}`],
    ['renewals', renewals],
    ['refresh calls', `${around.refreshCalls}, ${perRenewal} per renewal`],
    ['p50, p99', `${percentile(milliseconds, 0.5)} ms, ${percentile(milliseconds, 0.99)} ms`],
    ['x-session', inWords(totals.bySession)],
    ['status', inWords(totals.byStatus)],
    ['faults before gateways', inWords(Object.entries(around.front)) || 'none'],
    ['faults behind gateways', inWords(Object.entries(around.back)) || 'none'],
    [
      'killed',
      `${inNumber(around.kills.gateway, 'gateway')}, ${inNumber(around.kills['auth server'], 'auth server')}`,
    ],
    ['sessions lost', totals.lost.length],
    ['foreign sessions seen', totals.foreign.length],
    ['accepted after the grace', `${accepted} of ${attacks.length}`],
    ['revoked by reuse', `${revoked} of ${attacks.length}`],
    ...leavingRows(totals),
    ...boundRows(totals, device),
    ['answers with status 500', totals.serverErrors.length],
    ['never answered', totals.unanswered.length],
  ]
  const width = Math.max(...rows.map(([name]) => name.length)) + 2
  const { store, seconds, gateways, auth, sessions, tabs, faults, seed, bound } = options
  const title = `${store}, ${seconds} s, ${inNumber(gateways, 'gateway')}, ${inNumber(auth, 'auth server')}, ${inNumber(sessions, 'session')}, up to ${inNumber(tabs, 'tab')}, faults ${faults}${bound ? ', bound' : ''}, seed ${seed}`
  return [title, ...rows.map(([name, value]) => `${name.padEnd(width)}${value}`)].join('\n')
}

const inNumber = (number: number, of: string) => `${number} ${of}${number === 1 ? '' : 's'}`

function inWords(counts: Iterable<readonly [string | number, number]>): string {
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, number]) => `${name} ${number}`)
    .join(', ')
}
