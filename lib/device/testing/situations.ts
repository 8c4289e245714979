import type { Situation } from '../../gateway/decision/policy.ts'

/** A document behind a rule for signed-in people, unless `change` says otherwise. */
export const situation = (change: Partial<Situation> = {}): Situation => ({
  token: 'expired',
  servableStale: false,
  refreshToken: 'presented',
  delivery: 'possible',
  renew: 'when-due',
  access: 'allowed',
  unsure: false,
  kind: 'document',
  ...change,
})
