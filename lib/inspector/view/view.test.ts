import { expect, it } from 'vitest'
import type { Recorded, Snapshot } from '../record/recorded.ts'
import { NEW_PROCESS, processAfter } from '../record/recorded.ts'
import { NOTHING_YET, withNews, withSnapshot } from './view.ts'

const recorded = (number: number): Recorded => ({
  id: `run-${number}`,
  at: number,
  event: { type: 'backend.unavailable', reason: 'no_answer', traceId: null },
})
const snapshot = (...numbers: number[]): Snapshot => ({
  now: 0,
  events: numbers.map(recorded),
  ends: [],
  process: NEW_PROCESS,
})

it('puts a second stream to the first, and draws nothing twice', () => {
  const first = withNews(withSnapshot(NOTHING_YET, snapshot(1, 2)), {
    recorded: recorded(3),
    process: NEW_PROCESS,
  })
  expect(withSnapshot(first, snapshot(2, 3, 4)).events.map(({ at }) => at)).toEqual([1, 2, 3, 4])
})

it('knows of the end of this session before anybody asks again', () => {
  const ended: Recorded = {
    id: 'run-9',
    at: 9,
    event: {
      type: 'session.ended',
      sid: null,
      traceId: null,
      method: 'POST',
      path: '/',
      kind: 'api',
      token: 'absent',
      answer: 'unauthenticated',
      reason: 'session_revoked',
      waited: 1,
    },
  }
  const view = withNews(NOTHING_YET, { recorded: ended, process: NEW_PROCESS })
  expect(view.ends).toEqual([{ id: 'run-9', at: 9, sid: '', reason: 'session_revoked' }])
})

it('follows the breaker and the last failure of the backend', () => {
  const failed = processAfter(NEW_PROCESS, recorded(7))
  expect(failed.lastFailure).toEqual({ at: 7, reason: 'no_answer' })
  const open = processAfter(failed, {
    at: 8,
    event: { type: 'breaker.opened', pause: 250, reason: 'no_answer', sessions: 'all' },
  })
  expect(open.breaker).toEqual({ state: 'open', at: 8, pause: 250 })
  expect(processAfter(open, { at: 9, event: { type: 'breaker.closed' } }).breaker).toEqual({
    state: 'closed',
  })
})
