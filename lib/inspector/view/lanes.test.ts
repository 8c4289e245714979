import { expect, it } from 'vitest'
import type { GatewayEvent } from '../../gateway/events/events.ts'
import type { Recorded } from '../record/recorded.ts'
import { currentToken, lanesOf } from './lanes.ts'

/** Seconds after the first event; a token lives 900 of them. */
const START = 1_000_000
const ABOUT = { sid: 's', traceId: null, method: 'GET', path: '/', kind: 'api', answer: 'pass' } as const

function at(seconds: number, event: GatewayEvent): Recorded {
  return { id: String(seconds), at: (START + seconds) * 1000, event }
}
const life = (issued: number, lives = 900) => ({
  issuedAt: START + issued,
  expiresAt: START + issued + lives,
})
const active = (seconds: number, issued: number, lives?: number) =>
  at(seconds, { ...ABOUT, ...life(issued, lives), type: 'session.active', token: 'valid', verified: 'now' })
const renewed = (seconds: number, lives?: number) =>
  at(seconds, {
    ...ABOUT,
    ...life(seconds, lives),
    type: 'session.renewed',
    token: 'absent',
    waited: 1,
    shared: false,
  })
const ended = (seconds: number) =>
  at(seconds, { ...ABOUT, type: 'session.ended', token: 'absent', reason: 'session_revoked', waited: 1 })
const now = (seconds: number) => (START + seconds) * 1000

it('shows a minute at least, and a quarter of an hour at most', () => {
  expect(lanesOf([], now(0))).toMatchObject({ from: now(-60), to: now(0), tokens: [], marks: [] })
  expect(lanesOf([active(0, 0)], now(200)).from).toBe(now(0))
  expect(lanesOf([active(0, 0)], now(5000)).from).toBe(now(4100))
})

it('lets a token reach to the next one, and the last one to now', () => {
  const { tokens, marks } = lanesOf([active(0, 0), renewed(25), renewed(50)], now(100))
  expect(tokens.map(({ start, end }) => [start, end])).toEqual([
    [0, 0.25],
    [0.25, 0.5],
    [0.5, 1],
  ])
  expect(marks.map(({ at: place, kind }) => [place, kind])).toEqual([
    [0, 'request'],
    [0.25, 'renewed'],
    [0.5, 'renewed'],
  ])
})

it('leaves a gap between the end of a token and the next', () => {
  const { tokens } = lanesOf([active(0, 0, 20), renewed(50, 20)], now(100))
  expect(tokens.map(({ start, end }) => [start, end])).toEqual([
    [0, 0.2],
    [0.5, 0.7],
  ])
})

it('draws a token once, however many requests go on with it', () => {
  expect(lanesOf([renewed(10), active(20, 10), active(30, 10)], now(100)).tokens).toHaveLength(1)
})

it('ends everything where the session has ended', () => {
  const { tokens, endedAt } = lanesOf([active(0, 0), ended(50)], now(100))
  expect(endedAt).toBe(0.5)
  expect(tokens.map(({ end }) => end)).toEqual([0.5])
})

it('knows the token that the newest request went on with', () => {
  expect(currentToken([])).toBeNull()
  expect(currentToken([active(0, 0), renewed(10), ended(20)])).toEqual(life(10))
})

it('begins with the session, whatever the process knew before', () => {
  const before = at(-500, { type: 'breaker.closed' })
  expect(lanesOf([before, active(0, 0)], now(100)).from).toBe(now(0))
  expect(lanesOf([before, renewed(20)], now(40))).toMatchObject({ from: now(-20), startedAt: 40 / 60 })
})
