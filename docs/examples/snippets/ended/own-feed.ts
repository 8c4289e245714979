import type { EndedEntry } from 'evergate/ended'
import { endedBy } from 'evergate/ended'

/** A table of yours: what has ended after a number, and the number to go on from. */
type EndedAfter = (number: number) => Promise<{ rows: EndedEntry[]; last: number }>

export const revocationFrom = (endedAfter: EndedAfter) =>
  endedBy(async (cursor) => {
    const { rows, last } = await endedAfter(Number(cursor ?? 0))
    return { cursor: String(last), entries: rows, life: 960 }
  })
