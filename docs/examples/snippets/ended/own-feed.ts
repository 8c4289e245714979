import type { EndedEntry } from 'evergate/ended'
import { endedBy } from 'evergate/ended'

/** A table of yours: what has ended after a number, and the number to go on from. */
declare function endedAfter(number: number): Promise<{ rows: EndedEntry[]; last: number }>

export const revocation = endedBy(async (cursor) => {
  const { rows, last } = await endedAfter(Number(cursor ?? 0))
  return { cursor: String(last), entries: rows, life: 960 }
})
