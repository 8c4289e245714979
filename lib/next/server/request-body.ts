import type { IncomingMessage, ServerResponse } from 'node:http'
import { GatewayError } from '../../gateway/errors.ts'
import type { BodyReader } from './next-body.ts'

/** Bytes of a body that one's own middleware can read. */
const SMALL = 65_536
/** Milliseconds in which a small body has to come, because Next answers nobody before. */
const PATIENCE = 20_000
/** Milliseconds in which a browser that is still sending can read that it has sent too much. */
const FAREWELL = 1000

type Request = Pick<IncomingMessage, 'headers' | 'complete' | 'push' | 'destroy' | 'readableLength'>

/** Says who is to read a request's body, and counts one whose length is not told. */
export function guardBody(request: Request, response: ServerResponse, maxSize: number): BodyReader {
  const { 'content-length': told, 'transfer-encoding': encoding } = request.headers
  if (told === undefined && encoding === undefined) return 'next'
  if (told === undefined) limit(request, response, maxSize)
  if (told === undefined || Number(told) > SMALL) return 'handler'
  const timer = setTimeout(() => request.complete || request.destroy(), PATIENCE).unref()
  response.once('close', () => clearTimeout(timer))
  return 'next'
}

/** A body that is too large for its path is answered 413. Its reader finds the request broken off, never cut short. */
function limit(request: Request, response: ServerResponse, maxSize: number): void {
  const push = request.push.bind(request)
  let bytes = request.readableLength
  request.push = (chunk: Buffer | null, encoding) => {
    if (bytes <= maxSize) bytes += chunk?.length ?? 0
    if (bytes <= maxSize) return push(chunk, encoding)
    if (!response.writableEnded) refuse(request, response)
    return true
  }
}

function refuse(request: Request, response: ServerResponse): void {
  // Not at once, nor by `Connection: close`: what is still being sent would have the answer thrown away unread.
  setTimeout(
    () => request.destroy(new GatewayError('body_too_large', 'the body is larger than its path takes')),
    FAREWELL,
  ).unref()
  if (response.headersSent) return void response.destroy()
  response.writeHead(413, { 'content-type': 'application/json', 'cache-control': 'private, no-store' })
  response.end('{"error":"body_too_large"}')
}
