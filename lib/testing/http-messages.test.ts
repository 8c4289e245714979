import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Piece } from './http-messages.ts'
import { answerBody, messageReader, requestBody } from './http-messages.ts'

const STREAM = [
  'GET /a HTTP/1.1\r\nHost: x\r\nCookie: a=1\r\ncookie: b=2\r\n\r\n',
  'POST /b HTTP/1.1\r\nContent-Length: 11\r\n\r\nhello\r\n\r\nab',
  'POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0A\r\n0123456789\r\n0\r\nTrailer: 1\r\n\r\n',
  'DELETE /d HTTP/1.1\r\nContent-Length: 0\r\n\r\n',
]
const BYTES = Buffer.from(STREAM.join(''))

/** The messages that the pieces make: their first line, and all their bytes. */
function messages(pieces: readonly Piece[]): string[] {
  const found = ['']
  for (const piece of pieces) {
    if (piece.kind === 'end') found.push('')
    else found[found.length - 1] += piece.bytes.toString()
  }
  return found
}

test('messages are told apart wherever the chunks are cut', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: BYTES.length }), { maxLength: 12 }), (cuts) => {
      const read = messageReader(requestBody)
      const bounds = [0, ...cuts.sort((a, b) => a - b), BYTES.length]
      const pieces = bounds.slice(1).flatMap((end, i) => read(BYTES.subarray(bounds[i], end)))
      expect(messages(pieces)).toEqual([...STREAM, ''])
    }),
  )
})

test('the head of a message is read', () => {
  const [head] = messageReader(requestBody)(BYTES)
  expect(head).toMatchObject({
    head: { start: ['GET', '/a', 'HTTP/1.1'], headers: { host: 'x', cookie: 'a=1; b=2' } },
  })
})

test.each([
  ['GET', '200', { 'content-length': '5' }, 5],
  ['GET', '200', { 'transfer-encoding': 'gzip, chunked', 'content-length': '5' }, 'chunked'],
  ['GET', '200', {}, 'until-close'],
  ['HEAD', '200', { 'content-length': '5' }, 0],
  ['GET', '204', {}, 0],
  ['GET', '304', { 'content-length': '5' }, 0],
  ['GET', '103', {}, 0],
])('RFC 9112, 6.3: the answer to %s with %s and %o ends after: %s', (method, status, headers, rule) => {
  expect(answerBody(method, { start: ['HTTP/1.1', status, ''], headers })).toBe(rule)
})

test('what is not HTTP is thrown out', () => {
  expect(() => messageReader(requestBody)(Buffer.from('nonsense\r\n\r\n'))).toThrow('not HTTP')
})
