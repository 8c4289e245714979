import { expect, it } from 'vitest'
import { groupOf } from './groups.ts'

it.each([
  ['node:_http_outgoing', 'HTTP, sockets and streams (Node)'],
  ['node:internal/streams/writable', 'HTTP, sockets and streams (Node)'],
  ['file:///app/node_modules/router/index.js', 'Express and its middleware'],
  ['file:///app/node_modules/jose/dist/webapi/lib/sign.js', 'jose and cryptography'],
  ['node:internal/crypto/webcrypto', 'jose and cryptography'],
  ['file:///app/auth-server/tokens/jws.ts', 'jose and cryptography'],
  ['file:///app/auth-server/store/sqlite/sessions.ts', 'the store, with its driver'],
  ['file:///app/node_modules/pg-protocol/dist/parser.js', 'the store, with its driver'],
  ['file:///app/auth-server/observe/logger.ts', 'the log'],
  ['file:///app/auth-server/routes/refresh.ts', 'the rest of the auth server'],
  ['node:internal/process/task_queues', 'the rest of Node'],
  ['', 'the engine and what it calls'],
])('a function of %j counts for: %s', (url, group) => {
  expect(groupOf({ functionName: 'f', url })).toBe(group)
})

it('waiting, collecting garbage and the profile itself are told apart by name', () => {
  const named = (functionName: string) => groupOf({ functionName, url: '' })
  expect(['(idle)', '(garbage collector)', '(root)'].map(named)).toEqual([
    'waiting',
    'garbage collection',
    undefined,
  ])
})
