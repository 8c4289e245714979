import { afterEach, expect, it, vi } from 'vitest'
import type { GatewayEvent } from '../gateway/events/events.ts'
import { logEvent } from './log.ts'

const UNAVAILABLE: GatewayEvent = { type: 'backend.unavailable', reason: 'no_answer', traceId: null }
const ENDED: GatewayEvent = {
  type: 'session.ended',
  sid: 's1',
  traceId: 't1',
  method: 'GET',
  path: '/',
  kind: 'document',
  token: 'expired',
  answer: 'redirect-to-sign-in',
  reason: 'session_revoked',
  waited: 3,
}

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

/** The lines that events write at LOG_LEVEL. */
function logged(level: string, events: readonly GatewayEvent[] = [UNAVAILABLE, ENDED]): unknown[] {
  vi.stubEnv('LOG_LEVEL', level)
  const lines: unknown[] = []
  for (const name of ['debug', 'info', 'warn'] as const)
    vi.spyOn(console, name).mockImplementation((line: string) => lines.push(JSON.parse(line)))
  for (const event of events) logEvent(event)
  return lines
}

it('an event is one line of JSON', () => {
  const time = expect.stringMatching(/^\d{4}-.*Z$/)
  const part = 'gateway'
  expect(logged('')).toEqual([
    { level: 'warn', time, part, ...UNAVAILABLE },
    { level: 'info', time, part, ...ENDED },
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

it('an open breaker is told once, not with each visitor who is spared', () => {
  const events: GatewayEvent[] = [
    { type: 'breaker.opened', pause: 250, reason: 'no_answer', sessions: 'all' },
    { type: 'backend.unavailable', reason: 'breaker_open', traceId: null },
  ]
  expect(logged('info', events)).toMatchObject([{ level: 'warn', type: 'breaker.opened', pause: 250 }])
  expect(logged('debug', events)).toHaveLength(2)
})

it('clocks that differ: the line says what to do', () => {
  expect(logged('info', [{ type: 'clock.skewed', seconds: 60 }])).toMatchObject([
    { level: 'warn', seconds: 60, advice: expect.stringContaining('NTP') },
  ])
})

it('user data that was left out: the line says what to do', () => {
  expect(logged('info', [{ type: 'user-data.left-out', bytes: 20_000, sid: 's1' }])).toMatchObject([
    { level: 'warn', bytes: 20_000, advice: expect.stringContaining('12288 bytes') },
  ])
})

it('a child that does not arrive: the line names the path, and says what to do', () => {
  const subject = { sid: 's1', traceId: null, method: 'GET', path: '/relay', kind: 'api' } as const
  expect(logged('info', [{ type: 'renewal.undelivered', ...subject }])).toMatchObject([
    { level: 'warn', path: '/relay', advice: expect.stringContaining("renew: 'never'") },
  ])
})
