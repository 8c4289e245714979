import fc from 'fast-check'
import { same } from '../../scripts/testing/fuzz/oracle.ts'
import { fuzz } from '../../scripts/testing/fuzz/property.ts'
import type { Grace, StoredSession } from './rotation.ts'
import { decide } from './rotation.ts'

const moment = fc.oneof(
  fc.integer({ min: -100_000, max: 100_000 }),
  fc.constantFrom(-30_001, -30_000, -29_999, -1, 0, 1),
)
fuzz(
  'rotation',
  fc.record({
    presented: fc.nat(12),
    generation: fc.nat(12),
    rotated: moment,
    idle: moment,
    absolute: moment,
    revokedAt: fc.option(moment),
    grace: fc.oneof(fc.nat(60), fc.constantFrom(0, 30, 'lenient' as const)),
  }),
  ({ presented, generation, rotated, idle, absolute, revokedAt, grace }) => {
    const now = 1_000_000
    const stored: StoredSession = {
      generation,
      rotatedAt: now + rotated,
      idleExpiresAt: now + idle,
      absoluteExpiresAt: now + absolute,
      revokedAt,
    }
    same(
      decide(presented, stored, now, grace),
      byTable(presented, generation, { rotated, idle, absolute, revokedAt, grace }),
      'CONTRACT 5',
    )
  },
)

/** The table of CONTRACT 5, said a second time. */
function byTable(
  g: number,
  G: number,
  at: { rotated: number; idle: number; absolute: number; revokedAt: number | null; grace: Grace },
) {
  if (at.revokedAt !== null) return { kind: 'dead', because: 'revoked' }
  if (at.idle <= 0 || at.absolute <= 0)
    return { kind: 'dead', because: at.absolute > at.idle ? 'idle-limit' : 'absolute-limit' }
  if (g > G) return { kind: 'heal', from: G, to: g + 1 }
  if (g === G) return { kind: 'rotate', from: G, to: G + 1 }
  const isParent = g === G - 1
  const isInTime = at.grace === 'lenient' || (at.grace !== 0 && -at.rotated <= at.grace * 1000)
  return isParent && isInTime ? { kind: 'replay', generation: G } : { kind: 'reuse' }
}
