import { isEnd } from './recorded.ts'
import type { Recorder } from './recorder.ts'

/** Shorter than what platforms allow an answer to take; the browser then asks again, and the gateway looks at it again. */
const LONGEST = 240_000
/** Keeps proxies from taking a quiet stream for a dead one. */
const HEARTBEAT = 15_000

/**
 * The decisions on one session as server-sent events: what there is, then what comes, until the session or the time is over.
 * `leave` is called once, when the stream ends.
 */
export function streamOf(
  recorder: Recorder,
  sid: string,
  after: string | null,
  leave: () => void = () => {},
): Response {
  let close = () => {}
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const encoder = new TextEncoder()
      const send = (text: string) => controller.enqueue(encoder.encode(text))
      const forget = recorder.listen(sid, (news) => {
        send(message('news', news.recorded.id, news))
        if (isEnd(news.recorded.event)) end()
      })
      const heartbeat = setInterval(() => send(': still here\n\n'), HEARTBEAT)
      const limit = setTimeout(end, LONGEST)
      close = () => {
        forget()
        leave()
        clearInterval(heartbeat)
        clearTimeout(limit)
      }
      function end() {
        close()
        controller.close()
      }
      const snapshot = recorder.snapshot(sid, after)
      send(`retry: 1000\n${message('snapshot', snapshot.events.at(-1)?.id ?? after, snapshot)}`)
    },
    cancel: () => close(),
  })
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream',
      'cache-control': 'private, no-store, no-transform',
      // nginx would wait until a buffer is full.
      'x-accel-buffering': 'no',
    },
  })
}

function message(name: string, id: string | null, data: unknown): string {
  return `event: ${name}\n${id === null ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`
}
