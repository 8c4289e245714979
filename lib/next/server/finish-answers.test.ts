import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FINISHES, isFinishedByServer, UNFINISHED } from '../cache-control.ts'
import { finishAnswers } from './finish-answers.ts'

let answer: (request: IncomingMessage, response: ServerResponse) => void
const server = createServer((received, response) => answer(received, response))
beforeAll(async () => {
  const finish = finishAnswers()
  server.prependListener('request', finish)
  await once(server.listen(0, '127.0.0.1'), 'listening')
})
afterAll(() => server.close())

async function ask(method = 'GET', headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const { port } = server.address() as AddressInfo
  const sent = request({ host: '127.0.0.1', port, method, headers, agent: false })
  sent.end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  response.resume()
  return response
}

describe('the server finishes what the middleware left to it', () => {
  it.each([
    [{ 'cache-control': 'private, max-age=60' }, 'private, max-age=60'],
    [{ 'cache-control': 'public, max-age=60' }, 'private, no-store'],
    [{}, 'private, no-store'],
    [{ 'cache-control': 'private, max-age=60', 'set-cookie': 'a=b' }, 'private, no-store'],
  ])('%j: %s', async (own: Record<string, string>, expected) => {
    for (const write of ['write', 'end'] as const) {
      answer = (_request, response) => {
        response.setHeader(UNFINISHED, '1')
        for (const [name, value] of Object.entries(own)) response.setHeader(name, value)
        response[write]('body')
        response.end()
      }
      const { headers } = await ask()
      expect([headers['cache-control'], headers[UNFINISHED]]).toEqual([expected, undefined])
    }
  })

  it('any other answer stays as it is', async () => {
    answer = (_request, response) => response.writeHead(201, { 'cache-control': 'public' }).end()
    const { statusCode, headers } = await ask()
    expect([statusCode, headers['cache-control']]).toEqual([201, 'public'])
  })

  it('no client can say that it does', async () => {
    answer = (received, response) => response.end(String(received.headers[FINISHES] === 'mine'))
    await ask('GET', { [FINISHES]: 'mine' })
    expect(isFinishedByServer(new Headers({ [FINISHES]: 'mine' }))).toBe(false)
    expect(isFinishedByServer(new Headers())).toBe(false)
    expect(isFinishedByServer(new Headers({ [FINISHES]: process.env.EVERGATE_FINISHES ?? '' }))).toBe(true)
  })
})

it('TRACE is answered 405, without cookies, and never reaches Next', async () => {
  const seen: unknown[] = []
  answer = (received, response) => {
    seen.push(received.method, received.headers.cookie)
    response.writeHead(204).end()
  }
  const { statusCode, headers } = await ask('TRACE', { cookie: 'a=b' })
  expect([statusCode, headers.allow, seen]).toEqual([405, 'GET, HEAD', ['OPTIONS', undefined]])
})
