import { isJsonObject } from '../gateway/json-object.ts'
import type { EndedAnswer, EndedEntry } from './feed.ts'
import { FeedError } from './feed.ts'

const LONGEST_CURSOR = 8_192
const LONGEST_NAME = 512
const LONGEST_REASON = 64
/** Seconds: what lives longer is no access token. */
const LONGEST_LIFE = 86_400

/** An answer of which everything has been looked at. */
export type ReadAnswer = EndedAnswer & {
  readonly life: number
  /** Some entries are left out, because they have not the form of one. */
  readonly isOdd: boolean
}

/**
 * Reads what a feed has answered, whatever that is.
 *
 * @throws {FeedError} `misfit` when it is no answer at all; `size` when it has more than `most` entries.
 */
export function readAnswer(answer: unknown, most: number): ReadAnswer {
  if (!isJsonObject(answer)) throw new FeedError('misfit')
  const { cursor, entries, life } = answer
  if (!isText(cursor, LONGEST_CURSOR) || !Array.isArray(entries)) throw new FeedError('misfit')
  if (entries.length > most) throw new FeedError('size')
  const good = entries.flatMap(readEntry)
  return {
    cursor,
    entries: good,
    life: typeof life === 'number' && life > 0 ? Math.min(life, LONGEST_LIFE) : LONGEST_LIFE,
    isOdd: good.length < entries.length,
  }
}

function readEntry(entry: unknown): EndedEntry[] {
  if (!isJsonObject(entry)) return []
  const { sid, sub, endedAt, reason, renew } = entry
  if (typeof endedAt !== 'number' || !(endedAt > 0) || endedAt > Number.MAX_SAFE_INTEGER) return []
  const told = {
    endedAt,
    reason: isText(reason, LONGEST_REASON) && /^[\w.:-]+$/.test(reason) ? reason : 'unknown',
    // Anything else ends the session: who does not know what is meant must not let it go on.
    ...(renew === true && { renew }),
  }
  if (isText(sid, LONGEST_NAME)) return [{ sid, ...told }]
  return isText(sub, LONGEST_NAME) ? [{ sub, ...told }] : []
}

const isText = (value: unknown, longest: number): value is string =>
  typeof value === 'string' && value !== '' && value.length <= longest
