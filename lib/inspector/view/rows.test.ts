import { expect, it } from 'vitest'
import type { GatewayEvent } from '../../gateway/events/events.ts'
import type { Recorded } from '../record/recorded.ts'
import { rowsOf } from './rows.ts'

const ABOUT = {
  sid: 's',
  traceId: null,
  method: 'GET',
  path: '/sessions',
  token: 'valid',
  answer: 'pass',
} as const
const LIFE = { issuedAt: 1000, expiresAt: 1900 }
const good = (kind: 'api' | 'prefetch') =>
  ({
    ...ABOUT,
    ...LIFE,
    kind,
    type: 'session.active',
    verified: 'cached',
  }) as const satisfies GatewayEvent
const record = (events: readonly GatewayEvent[]): Recorded[] =>
  events.map((event, index) => ({ id: String(index), at: 1_000_000, event }))

it('has the newest first, in words', () => {
  const renewed: GatewayEvent = {
    ...ABOUT,
    ...LIFE,
    kind: 'document',
    token: 'expired',
    type: 'session.renewed',
    waited: 12.4,
    shared: true,
  }
  expect(rowsOf(record([good('api'), renewed]))).toEqual([
    {
      id: '1',
      at: 1_000_000,
      icon: 'renewed',
      word: 'renewed',
      request: 'document GET /sessions',
      detail: 'token expired: a new one by a call that another request made',
      waited: 12.4,
    },
    {
      id: '0',
      at: 1_000_000,
      icon: 'good',
      word: 'active',
      request: 'api GET /sessions',
      detail: '15:00 left, verified within the last minute',
      waited: null,
    },
  ])
})

it('says why a session has ended, also for a code that nobody knows', () => {
  const ended = (reason: string): GatewayEvent => ({
    ...ABOUT,
    kind: 'api',
    type: 'session.ended',
    reason,
    waited: 1,
  })
  const details = rowsOf(record([ended('refresh_token_reused'), ended('mystery')])).map(
    ({ detail }) => detail,
  )
  expect(details).toEqual([
    'mystery: refused by the backend',
    'refresh_token_reused: an old refresh token came back: somebody else may have a copy',
  ])
})

it('leaves out good requests that nobody has made on purpose: prefetches, and the page’s own icon', () => {
  const icon: GatewayEvent = { ...good('api'), path: '/icon.svg' }
  const renewed: GatewayEvent = {
    ...ABOUT,
    ...LIFE,
    kind: 'prefetch',
    type: 'session.renewed',
    waited: 1,
    shared: false,
  }
  const events = [good('prefetch'), icon, { type: 'breaker.closed' } as const, renewed, good('api')]
  expect(rowsOf(record(events)).map(({ word, request }) => request ?? word)).toEqual([
    'api GET /sessions',
    'prefetch GET /sessions',
    'breaker closed',
  ])
})

it('says once what was wrong with the backend: with the request that met it, else by itself', () => {
  const trouble = (traceId: string): GatewayEvent => ({
    type: 'backend.unavailable',
    reason: 'no_answer',
    traceId,
  })
  const degraded: GatewayEvent = {
    ...ABOUT,
    kind: 'api',
    traceId: 'mine',
    type: 'session.degraded',
    reason: 'no_answer',
    waited: 9,
  }
  const words = rowsOf(record([trouble('another'), trouble('mine'), degraded])).map(({ word }) => word)
  expect(words).toEqual(['degraded', 'backend unavailable'])
})
