/** Two words, the second a second after the first. */
export function GET(): Response {
  const encoder = new TextEncoder()
  const body = new ReadableStream({
    async start(controller) {
      controller.enqueue(encoder.encode('first '))
      await new Promise((resolve) => setTimeout(resolve, 1000))
      controller.enqueue(encoder.encode('second'))
      controller.close()
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/plain', 'x-accel-buffering': 'no' } })
}
