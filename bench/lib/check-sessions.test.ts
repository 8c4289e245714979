import { expect, it } from 'vitest'
import { flawOf } from './check-sessions.ts'

const sessions = { env: {}, cookie: async () => `session=${'s'.repeat(40)}` }
const good = await sessions.cookie()

it.each([
  { who: 'who checks sessions', passes: (cookie: string) => cookie === good, flaw: undefined },
  { who: 'who lets nobody in', passes: () => false, flaw: 'a request with its session does not get through' },
  { who: 'who lets everybody in', passes: () => true, flaw: 'a request without a session gets through' },
  {
    who: 'who only looks whether there is a cookie',
    passes: (cookie: string) => cookie !== '',
    flaw: 'a request with a session that was tampered with gets through',
  },
])('$who is measured only without a flaw: $flaw', async ({ passes, flaw }) => {
  expect(await flawOf(sessions, async (cookie) => passes(cookie))).toBe(flaw)
})

it('what is tampered with is a session of the same length, in each of its cookies', async () => {
  const seen: string[] = []
  const two = { env: {}, cookie: async () => 'a=AAAA; b=xyz' }
  await flawOf(two, async (cookie) => {
    seen.push(cookie)
    return cookie === 'a=AAAA; b=xyz'
  })
  expect(seen).toEqual(['a=AAAA; b=xyz', '', 'a=AABA; b=xAz'])
})
