/** How {@link gathered} gathers. */
export interface Gathering<Item> {
  /** Items with the same key go one after the other. */
  readonly keyOf: (item: Item) => string
  /** Most runs under way at once. */
  readonly atOnce: number
  /** Most items of one run. */
  readonly most: number
}

interface Waiting<Item, Result> {
  readonly item: Item
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

/**
 * Has items that come while others are under way go together. One that comes alone goes at once.
 *
 * @param run - answers with the results in the order of its items
 */
export function gathered<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
  { keyOf, atOnce, most }: Gathering<Item>,
): (item: Item) => Promise<Result> {
  /** By key, the longest waiting key first: however many wait under one, nobody else waits for them. */
  const waiting = new Map<string, Waiting<Item, Result>[]>()
  const underWay = new Set<string>()
  let running = 0
  let isDue = false

  function take(): Waiting<Item, Result>[] {
    const taken: Waiting<Item, Result>[] = []
    const others: [string, Waiting<Item, Result>[]][] = []
    for (const [key, same] of waiting) {
      if (taken.length === most) break
      if (underWay.has(key)) continue
      const first = same.shift()
      if (first) taken.push(first)
      waiting.delete(key)
      if (same.length > 0) others.push([key, same])
    }
    for (const [key, same] of others) waiting.set(key, same)
    return taken
  }

  async function runSome(some: readonly Waiting<Item, Result>[]): Promise<void> {
    const keys = some.map(({ item }) => keyOf(item))
    running++
    for (const key of keys) underWay.add(key)
    try {
      const results = await run(some.map(({ item }) => item))
      for (const [i, { resolve }] of some.entries()) resolve(results[i] as Result)
    } catch (error) {
      for (const { reject } of some) reject(error)
    }
    running--
    for (const key of keys) underWay.delete(key)
    runWaiting()
  }

  function runWaiting(): void {
    isDue = false
    while (running < atOnce) {
      const some = take()
      if (some.length === 0) return
      void runSome(some)
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      const key = keyOf(item)
      const same = waiting.get(key)
      if (same) same.push({ item, resolve, reject })
      else waiting.set(key, [{ item, resolve, reject }])
      if (isDue || running >= atOnce) return
      isDue = true
      // Calls that arrive in the same turn of the event loop go along.
      setImmediate(runWaiting)
    })
}
