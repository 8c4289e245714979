import type { Arrival, NewUser, UserStore } from '../../store/store.ts'
import { type Person, type Reading, toPerson, type WhyLeftOut } from './person.ts'

/** A row that was left out. Its number counts from 1, without the header. */
export interface LeftOut {
  readonly row: number
  readonly email: string | undefined
  readonly reason: WhyLeftOut | Exclude<Arrival, 'created' | 'there_already'>
}

/** How far an import is. */
export interface Tally {
  readonly rows: number
  readonly added: number
  /** Come from an earlier run: the same address with the same hash. */
  readonly there: number
  readonly leftOut: number
}

/** The parts of the world that an import needs. */
export interface ImportParts {
  readonly users: Pick<UserStore, 'createMany' | 'findByEmail' | 'disable'>
  readonly newId: () => string
  readonly reading: Reading
  /** Rows that are skipped. */
  readonly after: number
  /** Is told of each row that is left out, in order. */
  readonly leftOut: (row: LeftOut) => void
  /** Is told after each batch, when it is in the store. */
  readonly progress: (tally: Tally) => void
  /** Ends the import after the batch that it is at. */
  readonly stop: AbortSignal
}

const BATCH = 1000

/**
 * Adds the people of a file to a store, a thousand at a time; only those are in memory. People who were added before are found to be there
 * already, so that an import that was interrupted is run again.
 */
export async function importUsers(
  rows: AsyncIterable<Readonly<Record<string, unknown>> | 'unreadable'>,
  parts: ImportParts,
): Promise<Tally> {
  const { users, newId, reading, after, leftOut, progress, stop } = parts
  let tally: Tally = { rows: 0, added: 0, there: 0, leftOut: 0 }
  let batch: { row: number; person: Person | WhyLeftOut; user: NewUser | undefined }[] = []

  async function disable(email: string): Promise<void> {
    const user = await users.findByEmail(email)
    if (user?.disabledAt === null) await users.disable(user.id)
  }

  async function flush(): Promise<void> {
    const arrivals = (await users.createMany(batch.flatMap(({ user }) => user ?? []))).values()
    let { added, there, leftOut: left } = tally
    for (const { row, person, user } of batch) {
      const outcome = user === undefined ? (person as WhyLeftOut) : arrivals.next().value
      if (outcome === 'created') added++
      else if (outcome === 'there_already') there++
      else if (outcome !== undefined) {
        left++
        leftOut({ row, email: user?.email, reason: outcome })
      }
      // Also of those who were there: the run that added them may have ended right after that.
      const isThere = outcome === 'created' || outcome === 'there_already'
      if (isThere && user && typeof person !== 'string' && person.disabled) await disable(user.email)
    }
    tally = { rows: batch.at(-1)?.row ?? tally.rows, added, there, leftOut: left }
    batch = []
    progress(tally)
  }

  let number = 0
  for await (const row of rows) {
    if (++number <= after) {
      tally = { ...tally, rows: number }
      continue
    }
    const person = row === 'unreadable' ? row : toPerson(row, reading)
    batch.push({ row: number, person, user: typeof person === 'string' ? undefined : toUser(person, newId) })
    if (batch.length < BATCH) continue
    await flush()
    if (stop.aborted) return tally
  }
  if (batch.length > 0) await flush()
  return tally
}

function toUser({ disabled: _, id, ...person }: Person, newId: () => string): NewUser {
  return { ...person, id: id ?? newId() }
}
