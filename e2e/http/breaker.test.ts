import { expect, test } from 'vitest'
import { asApi, asDocument, cookieHeader, expiredSession } from '../support/client.ts'
import { stackForFile } from '../support/stack-for-file.ts'

const BUDGET = 3000

const stack = await stackForFile({ REFRESH_TIMEOUT: String(BUDGET) })
/** Cookies of people whose access tokens have run out. */
const visitors: string[] = []
for (let i = 0; i < 6; i += 1) visitors.push(cookieHeader(await expiredSession(stack)))

/** A visit, and how long it took. */
async function visit(cookie = '', path = '/api/session', kind: Record<string, string> = asApi) {
  const headers = { ...kind, cookie }
  const startedAt = performance.now()
  const response = await fetch(stack.app.url + path, { headers })
  await response.arrayBuffer()
  return {
    session: response.headers.get('x-session'),
    status: response.status,
    took: performance.now() - startedAt,
  }
}

test('a backend that swallows everything costs the first visitor the budget, and the next ones next to nothing', async () => {
  const [before, first, second, third, fourth, last] = visitors
  expect((await visit(before)).session).toBe('renewed')
  stack.line.forget()
  stack.line.set(() => {})

  const unlucky = await visit(first)
  expect([unlucky.status, unlucky.session]).toEqual([503, 'degraded'])
  expect(unlucky.took).toBeLessThan(BUDGET + 1000)

  const spared = [await visit(first), await visit(second, '/dashboard', asDocument), await visit(third)]
  expect(spared.map(({ status }) => status)).toEqual([503, 503, 503])
  // However busy the machine is, none of them waits for a budget.
  expect(Math.max(...spared.map(({ took }) => took))).toBeLessThan(BUDGET)
  expect(await visit(fourth, '/', asDocument)).toMatchObject({ status: 200, session: 'degraded' })
  expect(stack.line.calls('/refreshtoken')).toHaveLength(1)

  // The backend is back: the first call that is let through closes the breaker for everyone.
  stack.line.set('connected')
  await expect.poll(async () => (await visit(fourth)).session, { timeout: 10_000 }).toBe('renewed')
  expect(stack.line.calls('/refreshtoken')).toHaveLength(2)
  expect((await visit(last)).session).toBe('renewed')

  const log = stack.app.output()
  expect(log.match(/"breaker\.opened"/g)).toHaveLength(1)
  expect(log.match(/"breaker\.closed"/g)).toHaveLength(1)
})
