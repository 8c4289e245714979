import type { Response } from 'express'
import type { EndedReading } from '../store/store.ts'
import type { EndedFeed } from './feed.ts'

/** Milliseconds between two signs of life, so that whatever stands between keeps the connection. */
const HEARTBEAT_MS = 15_000
/** Bytes that a client may leave unread. One that takes no more comes again, and goes on from its cursor. */
const MOST_UNREAD = 8 * 1_048_576

/**
 * Server-sent events (HTML 9.2): one event for all that is known at first, and one whenever something has ended. The id of each is its
 * cursor, so that a client which connects again sends it as `Last-Event-ID`.
 *
 * @param signal - ends the stream
 */
export async function streamEnded(
  res: Response,
  feed: EndedFeed,
  after: string | undefined,
  signal: AbortSignal,
  toData: (reading: EndedReading) => string,
): Promise<void> {
  let reading = await feed.read(after)
  res.writeHead(200, { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' })
  const heartbeat = setInterval(() => res.write(':\n\n'), HEARTBEAT_MS).unref()
  try {
    for (let first = true; !signal.aborted; first = false) {
      if (first || reading.entries.length > 0)
        res.write(`id: ${reading.cursor}\ndata: ${toData(reading)}\n\n`)
      if (res.writableLength > MOST_UNREAD) return void res.destroy()
      reading = await feed.next(reading.cursor, HEARTBEAT_MS, signal)
    }
    res.end()
  } catch {
    // Its headers are out: the client sees a stream that breaks off, and comes again.
    res.destroy()
  } finally {
    clearInterval(heartbeat)
  }
}
