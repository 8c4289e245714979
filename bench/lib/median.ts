/** A row's summary of its samples. */
export type Spread = { readonly median: number; readonly min: number; readonly max: number }

/** The middle one; between two middle ones, their mean. `NaN` of nothing. */
export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5)
}

/** @param share 0.99 for the 99th percentile; between two samples, on the line from one to the other */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b)
  const place = (sorted.length - 1) * share
  const below = sorted[Math.floor(place)] ?? Number.NaN
  const above = sorted[Math.ceil(place)] ?? Number.NaN
  return below + (above - below) * (place - Math.floor(place))
}

/**
 * Where the median lies with 95 % certainty, by the ranks of the sign test: nothing is presumed of how samples spread. Of few samples it is
 * their whole range.
 */
export function intervalOfMedian(samples: readonly number[]): readonly [from: number, to: number] {
  const sorted = samples.toSorted((a, b) => a - b)
  const below = Math.max(0, Math.floor((sorted.length - 1.96 * Math.sqrt(sorted.length)) / 2))
  return [sorted[below] ?? Number.NaN, sorted[sorted.length - 1 - below] ?? Number.NaN]
}

export function spread(samples: readonly number[]): Spread {
  return { median: median(samples), min: Math.min(...samples), max: Math.max(...samples) }
}
