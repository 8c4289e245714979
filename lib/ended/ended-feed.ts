import { boundedText } from '../gateway/bounded-text.ts'
import type { Revocation } from '../gateway/decision/revocation.ts'
import type { Fetch } from '../gateway/platform.ts'
import type { EndedOptions } from './ended-by.ts'
import { endedBy } from './ended-by.ts'
import type { Ended } from './feed.ts'
import { FeedError } from './feed.ts'

/** Options of {@link endedFeed}. */
export type EndedFeedOptions = EndedOptions & {
  /** Address of the feed: of the auth server, `REMOTE_API` and `/ended`. */
  readonly url: string
  /** `FEED_SECRET`, which the auth server has, too. */
  readonly secret: string
  /** Default: the runtime's. */
  readonly fetch?: Fetch
}

/** Bytes of an answer, unpacked: about 350,000 entries. */
const MOST_BYTES = 33_554_432

/**
 * Asks a feed like that of the auth server which sessions have ended (docs/ended.md): a session that was ended is over at every gateway
 * within a second, and no request pays more than a look-up in a map.
 *
 * @example
 * const revocation = endedFeed({ url: 'http://127.0.0.1:3001/ended', secret: process.env.FEED_SECRET ?? '' })
 * export const middleware = createGateway({ revocation })
 */
export function endedFeed({ url, secret, fetch = globalFetch, ...options }: EndedFeedOptions): Revocation {
  const ended: Ended = async (cursor, { wait, signal }) => {
    const after = cursor === null ? '' : `after=${encodeURIComponent(cursor)}&`
    const response = await fetch(`${url}?${after}wait=${wait}`, {
      headers: { authorization: `Bearer ${secret}`, accept: 'application/json' },
      // The secret goes nowhere else.
      redirect: 'manual',
      cache: 'no-store',
      signal,
    })
    if (response.status !== 200) {
      await response.body?.cancel()
      throw new FeedError(`status_${response.status}`)
    }
    try {
      const text = await boundedText(response, MOST_BYTES)
      if (text === null) throw new FeedError('size')
      return JSON.parse(text)
    } catch (error) {
      throw error instanceof SyntaxError ? new FeedError('misfit') : error
    }
  }
  return endedBy(ended, options)
}

const globalFetch: Fetch = (url, init) => fetch(url, init)
