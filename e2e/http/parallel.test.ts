import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { asApi, cookieHeader, expiredSession, setCookies } from '../support/client.ts'
import type { Running } from '../support/processes.ts'
import { startApp } from '../support/processes.ts'
import type { Stack } from '../support/stack.ts'
import { startStack } from '../support/stack.ts'

let stack: Stack
let gateways: readonly Running[]
beforeAll(async () => {
  // A thousand requests at once keep a small machine busy for seconds.
  stack = await startStack({ REFRESH_TIMEOUT: '20000' })
  const env = { ...stack.env, NODE_ENV: 'production', REMOTE_API: stack.line.url }
  gateways = [stack.app, ...(await Promise.all([startApp(env), startApp(env), startApp(env)]))]
})
afterAll(async () => {
  await Promise.all(gateways.slice(1).map((gateway) => gateway.stop()))
  await stack.stop()
})
beforeEach(() => stack.line.forget())

/** Sends `count` requests of one expired session at once, spread over some gateways. */
async function burst(count: number, over: readonly Running[]) {
  const cookie = cookieHeader(await expiredSession(stack))
  const responses = await Promise.all(
    Array.from({ length: count }, (_, i) =>
      fetch(`${over[i % over.length]?.url}/api/session`, { headers: { ...asApi, cookie } }),
    ),
  )
  return {
    answers: new Set(responses.map((response) => `${response.status} ${response.headers.get('x-session')}`)),
    refreshTokens: new Set(responses.map((response) => setCookies(response).get('refreshToken')?.value)),
    calls: stack.line.calls('/refreshtoken').length,
  }
}

test('1,000 parallel requests with one expired token on one gateway make one call', async () => {
  const { answers, refreshTokens, calls } = await burst(1000, gateways.slice(0, 1))
  expect(answers).toEqual(new Set(['200 renewed']))
  expect(refreshTokens.size).toBe(1)
  expect(calls).toBe(1)
})

test('on four gateways: at most four calls, and one rotation', async () => {
  const { answers, refreshTokens, calls } = await burst(1000, gateways)
  expect(answers).toEqual(new Set(['200 renewed']))
  // One token of the second generation for all: whoever came later got the child that was there already.
  expect(refreshTokens.size).toBe(1)
  expect(calls).toBeLessThanOrEqual(4)
})
