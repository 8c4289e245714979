// app/events/route.ts
import { requireSession } from 'evergate/next'

export async function GET(request: Request) {
  const session = await requireSession()
  const signal = AbortSignal.any([request.signal, session.signal])
  const events = new ReadableStream({
    start(controller) {
      const tick = setInterval(() => controller.enqueue(new TextEncoder().encode('data: tick\n\n')), 1000)
      signal.addEventListener('abort', () => {
        clearInterval(tick)
        controller.close()
      })
    },
  })
  return new Response(events, { headers: { 'Content-Type': 'text/event-stream' } })
}
