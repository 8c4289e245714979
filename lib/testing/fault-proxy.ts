import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { createServer } from 'node:net'
import type { Decision } from './fault-connection.ts'
import { serveConnection } from './fault-connection.ts'
import type { Fault, FaultKind, ProxiedRequest } from './faults.ts'

/** Which requests are meant: those for this path, whatever their query; all when it is left out. */
export type Match = { readonly path?: string }

/** An answer on its way. */
export type HeldAnswer = {
  /** When the target has answered. */
  readonly answered: Promise<void>
  letGo(): void
}

/** A stretch of network between a client and a server, for a test to break. */
export type FaultProxy = {
  /** Where clients find it. */
  readonly url: string
  /** Faults for the next requests, one each, behind those that are queued already. */
  script(faults: readonly Fault[], match?: Match): void
  /** The treatment of requests that the script does not name: one fault, or one chosen for each. */
  always(fault: Fault | ((request: ProxiedRequest) => Fault), match?: Match): void
  /** Keeps the answer to the next such request back, which the target has given, until it is let go. */
  hold(match?: Match): HeldAnswer
  /** Everything that comes from now on passes; what is held stays so. */
  heal(): void
  /** Requests that come from now on go to this server: one that has died may come back elsewhere. */
  retarget(target: string): void
  /** Requests since the start, or since `forget()`. */
  requests(match?: Match): readonly ProxiedRequest[]
  /** How many requests met each kind of fault, since the start or `forget()`. */
  counts(): Readonly<Partial<Record<FaultKind, number>>>
  forget(): void
  /** Ends every connection and stops listening. */
  close(): Promise<void>
}

const PASS: Fault = { kind: 'pass' }

/**
 * Opens a TCP proxy for HTTP/1.1 on a port of its own. It passes bytes on as they are, and knows where each request and
 * each answer ends, so that faults work on connections that are kept alive. A request is passed on when it has arrived
 * as a whole. When the target cannot be reached, the client's connection is reset.
 *
 * @param options.target - base URL of the server behind it
 * @throws {TypeError} when the target is not an `http:` URL
 * @example
 * const proxy = await openFaultProxy({ target: 'http://127.0.0.1:3001' })
 * proxy.script([{ kind: 'cut' }], { path: '/refreshtoken' })
 * // … start the app with REMOTE_API = proxy.url: the first refresh is done, and its answer lost …
 * await proxy.close()
 */
export async function openFaultProxy(options: { target: string }): Promise<FaultProxy> {
  let target = httpUrl(options.target)
  let queue: { fault: Fault; match: Match }[] = []
  let holds: { match: Match; decision: Decision }[] = []
  let steady: { choose: (request: ProxiedRequest) => Fault; match: Match } = passing()
  let seen: ProxiedRequest[] = []
  let counts: Partial<Record<FaultKind, number>> = {}
  const sockets = new Set<Socket>()

  function decide(request: ProxiedRequest): Decision {
    seen.push(request)
    const held = takeFirst(holds, request)
    if (held) return held.decision
    const scripted = takeFirst(queue, request)
    const fault = scripted?.fault ?? (fits(steady.match, request) ? steady.choose(request) : PASS)
    counts[fault.kind] = (counts[fault.kind] ?? 0) + 1
    return fault
  }

  const server = createServer((near) =>
    serveConnection(near, {
      decide,
      target: () => target,
      track(socket) {
        sockets.add(socket)
        socket.once('close', () => sockets.delete(socket))
      },
    }),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    script(faults, match = {}) {
      queue.push(...faults.map((fault) => ({ fault, match })))
    },
    always(fault, match = {}) {
      steady = { choose: typeof fault === 'function' ? fault : () => fault, match }
    },
    hold(match = {}) {
      const answered = gate()
      const released = gate()
      holds.push({
        match,
        decision: { kind: 'hold', answered: answered.open, released: released.passed },
      })
      return { answered: answered.passed, letGo: released.open }
    },
    heal() {
      queue = []
      holds = []
      steady = passing()
    },
    retarget(next) {
      target = httpUrl(next)
    },
    requests: (match = {}) => seen.filter((request) => fits(match, request)),
    counts: () => ({ ...counts }),
    forget() {
      seen = []
      counts = {}
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

function httpUrl(text: string): URL {
  const url = new URL(text)
  if (url.protocol !== 'http:') throw new TypeError(`the target must be an http: URL, and is ${url.protocol}`)
  return url
}

const passing = () => ({ choose: () => PASS, match: {} })

function gate() {
  let open = () => {}
  const passed = new Promise<void>((resolve) => {
    open = resolve
  })
  return { passed, open }
}

function fits({ path }: Match, request: ProxiedRequest): boolean {
  return path === undefined || request.path.split('?')[0] === path
}

function takeFirst<Entry extends { match: Match }>(
  entries: Entry[],
  request: ProxiedRequest,
): Entry | undefined {
  const at = entries.findIndex(({ match }) => fits(match, request))
  return at < 0 ? undefined : entries.splice(at, 1)[0]
}
