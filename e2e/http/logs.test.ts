import { describe, expect, test } from 'vitest'
import {
  asApi,
  asDocument,
  cookieHeader,
  DEMO,
  expiredSession,
  signInAtAuthServer,
} from '../support/client.ts'
import { secretsIn } from '../support/secrecy.ts'
import { startStack } from '../support/stack.ts'

const JWT = `eyJhbGciOiJIUzI1NiJ9.${'a'.repeat(40)}.${'b'.repeat(43)}`
const REFRESH = `e1.${'s'.repeat(22)}.17.${'k'.repeat(8)}.${'m'.repeat(43)}`

describe('ASVS 16.2.5: what is looked for in the logs of every stack of these tests, when it stops', () => {
  test.each([
    ['a JWT', `{"token":"${JWT}"}`],
    ['a refresh token', `POST /refreshtoken ${REFRESH}`],
    ['a bearer token', 'Authorization: Bearer abcdefghijklmnopqrst'],
    ['a session cookie', 'cookie: refreshToken=opaque-value'],
    ['a password', `{"password":"${DEMO.password}"}`],
  ])('%s is found', (name, line) => {
    expect(secretsIn(`started\n${line}\n`, { 'a password': DEMO.password })).toContain(name)
  })

  test('a line without any is not suspected', () => {
    const line =
      '{"level":"warn","type":"session.ended","reason":"session_revoked","sid":"Zk3vJp0Qm1xYb7cT2nWd9A"}'
    expect(secretsIn(line, { 'a password': DEMO.password })).toEqual([])
  })
})

test('ASVS 16.2.5, 16.4.1: attacks are told at the most talkative level, without what they were made with, a line each', async () => {
  const stack = await startStack({ LOG_LEVEL: 'trace' })
  const get = (path: string, headers: Record<string, string>) =>
    fetch(stack.app.url + path, { headers, redirect: 'manual' })
  const session = await signInAtAuthServer(stack)
  const canary = 'canary-0123456789'
  const revoked = await signInAtAuthServer(stack)
  await fetch(`${stack.auth.url}/logout`, { method: 'POST', headers: { cookie: cookieHeader(revoked) } })
  await get('/api/session', { ...asApi, cookie: cookieHeader({ refreshToken: revoked.refreshToken }) })
  await get(`/dashboard?token=${canary}`, {
    ...asDocument,
    cookie: `accessToken=${canary}; refreshToken=${canary}`,
  })
  await get('/api/session', {
    ...asApi,
    cookie: cookieHeader({ ...session, accessToken: `${session.accessToken}x` }),
  })
  await get('/api/session', { ...asApi, cookie: cookieHeader(await expiredSession(stack)) })
  await fetch(`${stack.app.url}/api/logout%0a{"level":"fatal"}`, {
    method: 'POST',
    headers: { 'sec-fetch-site': 'cross-site', cookie: cookieHeader(session) },
  })
  await fetch(`${stack.auth.url}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${canary}` },
    body: JSON.stringify({ email: DEMO.email, password: canary }),
  })
  await fetch(`${stack.auth.url}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"password":"${canary}"`,
  })
  const logs = [stack.app.output(), stack.auth.output()].join('\n')
  await stack.stop()
  for (const told of ['access-token.invalid', 'cookies.foreign', 'session.ended', 'origin.refused'])
    expect(logs).toContain(told)
  expect(logs).not.toContain(canary)
  for (const line of logs.split('\n').filter((text) => text.startsWith('{')))
    expect(() => JSON.parse(line)).not.toThrow()
  expect(logs).not.toMatch(/^\{"level":"fatal"/m)
})
