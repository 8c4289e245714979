import { afterEach, expect, it, vi } from 'vitest'
import { logEvent } from './log.ts'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

/** The lines an outage and the end of a session write at LOG_LEVEL. */
function logged(level: string): unknown[] {
  vi.stubEnv('LOG_LEVEL', level)
  const lines: unknown[] = []
  for (const name of ['info', 'warn'] as const)
    vi.spyOn(console, name).mockImplementation((line: string) => lines.push(JSON.parse(line)))
  logEvent({ type: 'backend.unavailable', reason: 'no_answer' })
  logEvent({ type: 'session.ended', reason: 'session_revoked', sid: 's1' })
  return lines
}

it('an event is one line of JSON', () => {
  const time = expect.stringMatching(/^\d{4}-.*Z$/)
  const part = 'gateway'
  expect(logged('')).toEqual([
    { level: 'warn', time, part, type: 'backend.unavailable', reason: 'no_answer' },
    { level: 'info', time, part, type: 'session.ended', reason: 'session_revoked', sid: 's1' },
  ])
})

it.each([
  ['trace', 2],
  ['info', 2],
  ['warn', 1],
  ['error', 0],
  ['silent', 0],
])('LOG_LEVEL=%s writes %i of them', (level, count) => {
  expect(logged(level)).toHaveLength(count)
})
