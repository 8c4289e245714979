import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Request, RequestHandler, Response } from 'express'
import { createEndedFeed } from '../ended/feed.ts'
import { streamEnded } from '../ended/stream.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { ApiError, temporarilyUnavailable } from '../http/errors.ts'
import { requireSecret } from '../http/shared-secret.ts'
import type { EndedReading, RequestStore } from '../store/store.ts'

/** Seconds: clocks differ, and a token is verified a moment after it was made. */
const LEEWAY_S = 60
const LONGEST_WAIT_S = 25
/** Polls that wait, and streams, at the same time. A poll beyond it is answered at once, a stream with 503. */
const MOST_WAITING = 500
const MOST_STREAMS = 100
const LONGEST_CURSOR = 8_192
/** Bytes from which compressing is worth it. */
const WORTH_IT = 1_024

const compress = promisify(gzip)

/** The parts that this route works with. */
export interface EndedParts {
  readonly store: Pick<RequestStore, 'ended'>
  readonly settings: {
    /** Undefined: nobody is told. */
    readonly feedSecret: string | undefined
    /** Seconds. */
    readonly accessTokenTtl: number
  }
  /** Aborted when the server is about to end. */
  readonly closing?: AbortSignal
}

/**
 * `GET /ended`: the sessions that ended before their time, for gateways that verify access tokens by themselves. For whoever has
 * `FEED_SECRET`; where that is not set, there is no such route.
 */
export function endedRoute(services: EndedParts): Endpoint[] {
  const { feedSecret, accessTokenTtl } = services.settings
  if (feedSecret === undefined) return []
  const life = accessTokenTtl + LEEWAY_S
  const feed = createEndedFeed(services.store.ended, life * 1000)
  const toBody = ({ cursor, entries }: EndedReading) => ({ cursor, life, entries: entries.map(toEntry) })
  let waiting = 0
  let streams = 0

  const ended: RequestHandler = async (req, res) => {
    const { after, wait } = asked(req)
    const signal = goneWith(res, services.closing)
    if (wantsStream(req)) {
      if (streams >= MOST_STREAMS) throw temporarilyUnavailable('Too many streams are open.')
      streams++
      try {
        return await streamEnded(res, feed, after, signal, (reading) => JSON.stringify(toBody(reading)))
      } finally {
        streams--
      }
    }
    const mayWait = after !== undefined && wait > 0 && waiting < MOST_WAITING
    if (!mayWait) return await send(req, res, toBody(await feed.read(after)))
    waiting++
    const reading = await feed.next(after, wait * 1000, signal).finally(() => {
      waiting--
    })
    await send(req, res, toBody(reading))
  }

  return [
    {
      name: 'ended',
      method: 'get',
      path: '/ended',
      handlers: [requireSecret(feedSecret, 'FEED_SECRET'), ended],
    },
  ]
}

/** Sessions of a user whose roles have changed live on: gateways renew them, and go by the roles in their new tokens. */
const toEntry = (entry: EndedReading['entries'][number]) =>
  'sid' in entry ? entry : { sub: entry.userId, endedAt: entry.endedAt, reason: 'roles-changed', renew: true }

function asked(req: Request): { after: string | undefined; wait: number } {
  // The app around a mounted router may parse queries as it likes.
  const query = new URLSearchParams(req.url.split('?')[1])
  const after = query.get('after') || req.get('last-event-id') || undefined
  const wait = query.get('wait') ?? '0'
  if (!/^\d{1,6}$/.test(wait))
    throw new ApiError(422, 'invalid_request', 'wait must be a whole number of seconds.', {
      fields: { wait: 'not_a_number' },
    })
  // A longer value than any cursor is unknown.
  return { after: after?.slice(0, LONGEST_CURSOR), wait: Math.min(Number(wait), LONGEST_WAIT_S) }
}

const wantsStream = (req: Request) => (req.get('accept') ?? '').includes('text/event-stream')

/** Aborted when the client has gone, or the server is about to. */
function goneWith(res: Response, closing: AbortSignal | undefined): AbortSignal {
  const gone = new AbortController()
  const abort = () => gone.abort()
  closing?.addEventListener('abort', abort)
  if (closing?.aborted) abort()
  res.once('close', () => {
    closing?.removeEventListener('abort', abort)
    abort()
  })
  return gone.signal
}

async function send(
  req: Request,
  res: Response,
  body: { readonly cursor: string; readonly entries: readonly unknown[] },
): Promise<void> {
  if (res.destroyed) return
  // Of the entries alone: the cursor moves also when nothing has ended.
  const tag = `"${createHash('sha256').update(JSON.stringify(body.entries)).digest('base64url')}"`
  res.set('ETag', tag).set('Vary', 'Accept-Encoding')
  const known = (req.get('if-none-match') ?? '').split(',').map((text) => text.trim().replace(/^W\//, ''))
  if (known.includes(tag)) return void res.status(304).end()
  const json = Buffer.from(JSON.stringify(body))
  res.type('json')
  if (json.length < WORTH_IT || !req.acceptsEncodings('gzip')) return void res.send(json)
  res.set('Content-Encoding', 'gzip').send(await compress(json))
}
