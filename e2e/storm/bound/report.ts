import type { Theft, Totals } from '../ledger.ts'
import { LIMITS, THIEF_SLACK } from '../limits.ts'
import { percentile } from '../percentile.ts'
import type { DeviceCounts } from './browser.ts'

/** What browsers with device keys did, and how many of their sessions are bound at the end. */
export type BoundCounts = DeviceCounts & { readonly visitors: number; readonly bound: number }

const isAlive = ({ servedUntil }: Theft) => servedUntil > LIMITS.life * 1000 + THIEF_SLACK

/** Whether a promise is broken by it. */
export const breaksPromise = (theft: Theft): boolean => isAlive(theft) || theft.atAuthServer.accepted > 0

/** What there is to say of device binding: problems, each with how often. */
export function problemsOfThefts(
  { thefts }: Totals,
  { visitors, bound, refreshes }: BoundCounts,
): readonly (readonly [number, string])[] {
  return [
    [thefts.filter(isAlive).length, 'thieves were served past one access-token life'],
    [
      thefts.filter(({ atAuthServer }) => atAuthServer.accepted > 0).length,
      'copied refresh cookies were taken by an auth server',
    ],
    [
      thefts.filter(({ atAuthServer: { accepted, refused } }) => accepted + refused === 0).length,
      'thieves got no answer of an auth server',
    ],
    [visitors - bound, 'sessions were not bound in the end'],
    [Number(refreshes === 0), 'storm had no renewal by a proof'],
    [Number(thefts.length === 0), 'storm had no thief'],
  ]
}

/** Rows of the closing table. */
export function boundRows(
  { thefts }: Totals,
  device: BoundCounts | null,
): readonly (readonly [string, string])[] {
  if (!device) return []
  const { visitors, bound, registrations, refreshes, challenged, skipped, bounced } = device
  const times = thefts.map(({ servedUntil }) => servedUntil).toSorted((a, b) => a - b)
  const sum = (key: 'accepted' | 'refused') =>
    thefts.reduce((all, { atAuthServer }) => all + atAuthServer[key], 0)
  const those = (test: (theft: Theft) => boolean) => thefts.filter(test).length
  return [
    ['sessions bound', `${bound} of ${visitors}, by ${registrations} registrations`],
    [
      'renewed by a proof',
      `${refreshes}; challenge asked for ${challenged}, skipped ${skipped}, asked again ${bounced}`,
    ],
    [
      'thieves',
      `${thefts.length}, look-alike ${those(({ by }) => by === 'look-alike')}, copied before the binding ${those(({ copied }) => copied !== 'bound')}`,
    ],
    [
      'thieves served',
      `p50 ${percentile(times, 0.5)} ms after the copy, at most ${percentile(times, 1)} ms, and never past ${LIMITS.life * 1000 + THIEF_SLACK} ms`,
    ],
    ['thieves alive', `${those(isAlive)} of ${thefts.length}`],
    ['copies at auth servers', `${sum('accepted')} accepted, ${sum('refused')} refused`],
  ]
}
