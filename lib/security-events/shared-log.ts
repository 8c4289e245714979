import type { Ended, EndedEntry } from '../ended/feed.ts'
import { isJsonObject } from '../gateway/json-object.ts'
import type { SharedStore } from '../held-session/shared-flight.ts'

/** Seconds that an entry is told for: no access token lives longer. */
const TOLD_FOR = 86_400
/** The log's name outlives every entry by far, and each entry lengthens it: numbers begin anew only where none is left. */
const NAME_FOR = 30 * TOLD_FOR
/** Entries that are asked for at the same time. */
const AT_ONCE = 32
/** One call answers no more; the next one goes on from there. */
const MOST = 100_000

const PREFIX = 'evergate:ended'
const NAME = `${PREFIX}:log`
const CURSOR = /^([\w-]{1,64})\.(\d{1,15})$/

/** A log of what has ended, in a store of keys and values that all processes share. */
export type SharedLog = {
  /** Adds an entry. Once it is there, every process finds it after what it has read. */
  add(entry: EndedEntry): Promise<void>
  readonly ended: Ended
}

/**
 * Entries are numbered, and each takes the next number that is free: `add()` of the store decides between two that want the same. So a
 * reader that has come to a number that is free has missed nothing before it.
 */
export function createSharedLog(store: SharedStore): SharedLog {
  /** The last number that this process knows to be taken. */
  let known = { name: '', number: 0 }

  async function nameOfLog(): Promise<string> {
    const name = await store.get(NAME)
    if (name !== null) return name
    await store.add(NAME, crypto.randomUUID(), NAME_FOR)
    const made = await store.get(NAME)
    if (made === null) throw new TypeError('the store keeps nothing')
    return made
  }

  const at = (name: string, number: number) => `${PREFIX}:${name}:${number}`

  /** The last number that was taken, as far as somebody has noted it: a place to begin, not the truth. */
  async function noted(name: string): Promise<number> {
    const text = await store.get(`${PREFIX}:${name}:last`)
    const number = Number(text ?? 0)
    return Math.max(Number.isSafeInteger(number) ? number : 0, known.name === name ? known.number : 0)
  }

  /** The entries from a number on, in one direction, up to the first that is missing. */
  async function walk(name: string, from: number, step: 1 | -1): Promise<EndedEntry[]> {
    const found: EndedEntry[] = []
    for (let number = from; number > 0 && found.length < MOST; number += step * AT_ONCE) {
      const numbers = Array.from({ length: AT_ONCE }, (_, index) => number + step * index)
      const texts = await Promise.all(
        numbers.map((each) => (each > 0 ? store.get(at(name, each)) : Promise.resolve(null))),
      )
      const missing = texts.indexOf(null)
      for (const text of missing < 0 ? texts : texts.slice(0, missing)) found.push(entryIn(text ?? ''))
      if (missing >= 0) break
    }
    return found
  }

  return {
    async add(entry) {
      const name = await nameOfLog()
      let number = (await noted(name)) + 1
      // Behind a note that is late there are entries already.
      while (!(await store.add(at(name, number), JSON.stringify(entry), TOLD_FOR))) number += 1
      known = { name, number }
      await Promise.all([
        store.set(`${PREFIX}:${name}:last`, String(number), NAME_FOR),
        store.set(NAME, name, NAME_FOR),
      ])
    },
    async ended(cursor) {
      const name = await nameOfLog()
      const [, named, number] = CURSOR.exec(cursor ?? '') ?? []
      if (named === name) {
        const later = await walk(name, Number(number) + 1, 1)
        return { cursor: `${name}.${Number(number) + later.length}`, entries: later, life: TOLD_FOR }
      }
      const last = await noted(name)
      const [earlier, later] = [await walk(name, last, -1), await walk(name, last + 1, 1)]
      return { cursor: `${name}.${last + later.length}`, entries: [...earlier, ...later], life: TOLD_FOR }
    },
  }
}

/** Reads an entry of the store. Text that is no entry ends nothing. */
function entryIn(text: string): EndedEntry {
  try {
    const entry: unknown = JSON.parse(text)
    if (isJsonObject(entry)) return entry as EndedEntry
  } catch {
    // Somebody else's value.
  }
  return { sid: '', endedAt: 0, reason: 'unknown' }
}
