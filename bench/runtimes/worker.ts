import { loop } from './loop.ts'

/** A worker of workerd. Its clock stands still while it computes, so whoever asks has to look at their own. */
export default {
  async fetch(request: Request): Promise<Response> {
    await loop(...((await request.json()) as Parameters<typeof loop>))
    return new Response(null, { status: 204 })
  },
}
