/** Of ascending numbers; the nearest rank. */
export function percentile(ascending: readonly number[], share: number): number {
  const rank = Math.max(1, Math.ceil(share * ascending.length))
  return Math.round(ascending[rank - 1] ?? 0)
}
