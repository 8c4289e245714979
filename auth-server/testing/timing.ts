/** How surely the times of two kinds of request differ. */
export interface Difference {
  /** Standard errors: beyond 4 by chance once in 15,000 comparisons. Positive: slower than the first kind. */
  readonly z: number
  /** The middle time in the place of that of the first kind. */
  readonly ratio: number
}

/** So many standard errors are no chance. */
export const CERTAIN = 4

/** Prepares a request, which is not timed, and answers how it is made. */
type Prepare = () => Promise<() => Promise<unknown>>

/**
 * Asks each kind once in every round, in an order of chance, and compares the kinds with the first, round by round: a machine that is busy
 * for a while slows all of a round, and one odd try has one rank among many.
 */
export async function compareTimes(
  kinds: Readonly<Record<string, Prepare>>,
  rounds: number,
): Promise<Record<string, Difference>> {
  const names = Object.keys(kinds)
  const times = names.map((): number[] => [])
  for (let round = -WARM_UP; round < rounds; round++)
    for (const index of shuffled(names.length)) {
      const ask = await kinds[names[index] ?? '']?.()
      const started = performance.now()
      await ask?.()
      if (round >= 0) times[index]?.push(performance.now() - started)
    }
  const [first = [], ...others] = times
  const entries = others.map((other, index): [string, Difference] => [
    names[index + 1] ?? '',
    {
      z: signedRank(other.map((time, round) => time - (first[round] ?? 0))),
      ratio: middle(other) / middle(first),
    },
  ])
  const told = entries.map(([name, { z, ratio }]) => `${name} × ${ratio.toFixed(3)} (z ${z.toFixed(1)})`)
  console.info(`${names[0]} ${middle(first).toFixed(2)} ms; ${told.join(', ')}`)
  return Object.fromEntries(entries)
}

/** Connections are opened, and code is compiled. */
const WARM_UP = 5

/**
 * Wilcoxon's signed-rank test, a permutation test: how far the ranks of the differences above zero and below it are from what a coin for each
 * gives. It asks for no shape of the times.
 */
export function signedRank(differences: readonly number[]): number {
  const ranked = differences
    .filter((difference) => difference !== 0)
    .toSorted((a, b) => Math.abs(a) - Math.abs(b))
  const sum = ranked.reduce((total, difference, index) => total + Math.sign(difference) * (index + 1), 0)
  const n = ranked.length
  return n === 0 ? 0 : sum / Math.sqrt((n * (n + 1) * (2 * n + 1)) / 6)
}

const middle = (times: readonly number[]) => times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0

function shuffled(count: number): number[] {
  const order = Array.from({ length: count }, (_, index) => index)
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1))
    ;[order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0]
  }
  return order
}
