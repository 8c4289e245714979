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

export function spread(samples: readonly number[]): Spread {
  return { median: median(samples), min: Math.min(...samples), max: Math.max(...samples) }
}
