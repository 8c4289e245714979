import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { HeldAnswer, ProxiedRequest } from 'evergate/testing'
import { openFaultProxy } from 'evergate/testing'

/** An HTTP line between the gateway and its backend. */
export type Line = {
  readonly url: string
  /** Calls since the start, or since `forget()`. */
  calls(path?: string): readonly ProxiedRequest[]
  forget(): void
  /** `connected` passes everything on, `cut` drops every connection; a function answers in the backend's place. */
  set(state: LineState): void
  /** Keeps the next answer to `path` back, which the backend has given, until it is let go. Everything else passes. */
  hold(path: string): HeldAnswer
  close(): Promise<void>
}

export type LineState = 'connected' | 'cut' | ((request: IncomingMessage, response: ServerResponse) => void)

/** Opens a line to `target` on a port of its own. */
export async function openLine(target: string): Promise<Line> {
  let answer: Exclude<LineState, string> = () => {}
  const standIn = createServer((request, response) => answer(request, response))
  standIn.listen(0, '127.0.0.1')
  await once(standIn, 'listening')
  const standInUrl = `http://127.0.0.1:${(standIn.address() as AddressInfo).port}`
  const proxy = await openFaultProxy({ target })
  return {
    url: proxy.url,
    calls: (path) => proxy.requests(path === undefined ? {} : { path }),
    forget: proxy.forget,
    set(state) {
      proxy.heal()
      if (state === 'cut') proxy.always({ kind: 'reset' })
      if (typeof state === 'function') answer = state
      proxy.retarget(typeof state === 'function' ? standInUrl : target)
    },
    hold(path) {
      proxy.heal()
      proxy.retarget(target)
      return proxy.hold({ path })
    },
    async close() {
      standIn.closeAllConnections()
      standIn.close()
      await proxy.close()
    },
  }
}
