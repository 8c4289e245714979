import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Fault, ProxiedRequest } from './faults.ts'
import { messageReader, requestBody } from './http-messages.ts'
import type { AnswerEnd, Upstream } from './upstream.ts'
import { openUpstream } from './upstream.ts'

/** The treatment of one request: a fault, or an answer kept back until it is let go. */
export type Decision =
  | Fault
  | { readonly kind: 'hold'; readonly answered: () => void; readonly released: Promise<void> }

type World = {
  decide(request: ProxiedRequest): Decision
  target(): URL
  /** Sockets that must not outlive the proxy. */
  track(socket: Socket): void
}
type Request = ProxiedRequest & { readonly bytes: Buffer }

const THROTTLE_TICK = 50
const GARBAGE = Buffer.from('\u0000\u0001 this is not HTTP \r\n\r\n\u00ff', 'latin1')

/** Serves one client's connection, a request at a time. */
export function serveConnection(near: Socket, world: World): void {
  const gone = new AbortController()
  const upstream = openUpstream(world.target, world.track)
  let turn = Promise.resolve()
  world.track(near)
  near.setNoDelay(true)
  // A peer that goes away in the middle is what this is for.
  near.on('error', () => {})
  near.on('close', () => {
    gone.abort()
    upstream.close()
  })
  const take = requestReader((request) => {
    turn = turn
      .then(() => exchange(request, near, world, upstream, gone.signal))
      .catch(() => {
        near.resetAndDestroy()
      })
  })
  near.on('data', (chunk) => {
    try {
      take(chunk)
    } catch {
      near.resetAndDestroy()
    }
  })
}

async function exchange(
  request: Request,
  near: Socket,
  world: World,
  upstream: Upstream,
  gone: AbortSignal,
): Promise<void> {
  if (gone.aborted) return
  const { bytes: _bytes, ...seen } = request
  const decision = world.decide(seen)
  const send = (bytes: Buffer) => void near.write(bytes)
  const finish = (ends: AnswerEnd) => void (ends === 'with-connection' && near.end())
  const pass = async () => finish(await upstream.ask(request, send))
  switch (decision.kind) {
    case 'pass':
      return pass()
    case 'delay':
      await delay(decision.milliseconds, undefined, { signal: gone })
      return pass()
    case 'reset':
      near.resetAndDestroy()
      return
    case 'black-hole':
      return until(gone)
    case 'swallow':
      await upstream.ask(request, () => {})
      return until(gone)
    case 'cut': {
      const { answer } = await collect(upstream, request)
      if (!decision.afterBytes) return void near.resetAndDestroy()
      // A reset could overtake the bytes that are to arrive.
      near.end(answer.subarray(0, decision.afterBytes))
      return
    }
    case 'throttle': {
      const { answer, ends } = await collect(upstream, request)
      const size = Math.max(1, Math.round((decision.bytesPerSecond * THROTTLE_TICK) / 1000))
      for (let at = 0; at < answer.length; at += size) {
        await delay(THROTTLE_TICK, undefined, { signal: gone })
        near.write(answer.subarray(at, at + size))
      }
      return finish(ends)
    }
    case 'hold': {
      const { answer, ends } = await collect(upstream, request)
      decision.answered()
      await Promise.race([decision.released, until(gone)])
      if (gone.aborted) return
      send(answer)
      return finish(ends)
    }
    case 'status':
      return send(Buffer.from(`HTTP/1.1 ${decision.status} Fault\r\nContent-Length: 0\r\n\r\n`))
    case 'garbage':
      near.end(GARBAGE)
  }
}

async function collect(upstream: Upstream, request: Request) {
  const chunks: Buffer[] = []
  const ends = await upstream.ask(request, (bytes) => chunks.push(bytes))
  return { answer: Buffer.concat(chunks), ends }
}

async function until(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort')
}

function requestReader(onRequest: (request: Request) => void): (chunk: Buffer) => void {
  const read = messageReader(requestBody)
  let head: ProxiedRequest = { method: '', path: '', headers: {} }
  let bytes: Buffer[] = []
  return (chunk) => {
    for (const piece of read(chunk)) {
      if (piece.kind === 'head') {
        const [method, path] = piece.head.start
        head = { method, path, headers: piece.head.headers }
        bytes = [piece.bytes]
      } else if (piece.kind === 'body') bytes.push(piece.bytes)
      else onRequest({ ...head, bytes: Buffer.concat(bytes) })
    }
  }
}
