const BATCH = 500

/** The items in lists of bearable length. */
export function chunks<T>(items: readonly T[]): T[][] {
  const lists: T[][] = []
  for (let start = 0; start < items.length; start += BATCH) lists.push(items.slice(start, start + BATCH))
  return lists
}

/** Does the work for all items, so many at a time that nobody else waits long for their turn. */
export async function inBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (const some of chunks(items)) results.push(...(await Promise.all(some.map(work))))
  return results
}
