import type { SessionOutcome } from 'evergate/gateway'

/** Counts what visitors met. */
export function createLedger() {
  const counts = {
    requests: 0,
    active: 0,
    renewed: 0,
    degraded: 0,
    ended: 0,
    anonymous: 0,
    lost: 0,
    foreign: 0,
    acceptedOutsideGrace: 0,
  }
  return {
    counts,
    saw(outcome: SessionOutcome, { hasEnded, isForeign }: { hasEnded: boolean; isForeign: boolean }): void {
      counts.requests += 1
      counts[outcome] += 1
      if (isForeign) counts.foreign += 1
      if (!hasEnded && (outcome === 'ended' || outcome === 'anonymous')) counts.lost += 1
    },
    stolenToken(wasTaken: boolean): void {
      if (wasTaken) counts.acceptedOutsideGrace += 1
    },
  }
}

export type Ledger = ReturnType<typeof createLedger>
