import { expect, it } from 'vitest'
import { aSession } from '../testing/harness.ts'
import { beyondLimit } from './session-limit.ts'

const MINUTE = 60_000
const start = aSession().createdAt
const seen = (sid: string, minutes: number) =>
  aSession({ sid, generation: 3, lastSeenAt: start + minutes * MINUTE })
const begun = (sid: string, ms: number) =>
  aSession({ sid, createdAt: start + ms, lastSeenAt: start + ms, rotatedAt: start + ms })

const names = (sessions: { sid: string }[]) => sessions.map(({ sid }) => sid)

it('names those seen longest ago', () => {
  const newest = begun('newest', 60 * MINUTE)
  const live = [seen('a', 10), seen('b', 30), newest, seen('c', 20)]
  expect(names(beyondLimit(live, newest, 2))).toEqual(['c', 'a'])
  expect(beyondLimit(live, newest, 4)).toEqual([])
})

it('never names the new session, although the clock was set back and it looks like the oldest', () => {
  const newest = begun('newest', -60 * MINUTE)
  expect(names(beyondLimit([seen('a', 10), begun('b', 20 * MINUTE), newest], newest, 1))).toEqual(['b', 'a'])
})

it('leaves as many as allowed when sign-ins that began together judge each other', () => {
  const together = [begun('a', 0), begun('b', 0), begun('c', 3)]
  const ended = new Set(together.flatMap((each) => names(beyondLimit(together, each, 1))))
  expect([...ended].sort()).toEqual(['a', 'b'])
})
