import { describe, expect, it } from 'vitest'
import type { GatewayEvent } from '../../gateway/events/events.ts'
import type { News } from './recorded.ts'
import { STREAM_PATH } from './recorded.ts'
import { createRecorder } from './recorder.ts'

const ABOUT = { traceId: null, method: 'GET', path: '/dashboard', kind: 'document' } as const
const LIFE = { issuedAt: 1, expiresAt: 901 }

const active = (sid: string, path = '/dashboard'): GatewayEvent => ({
  ...ABOUT,
  ...LIFE,
  type: 'session.active',
  sid,
  path,
  token: 'valid',
  answer: 'pass',
  verified: 'now',
})
const ended = (sid: string | null): GatewayEvent => ({
  ...ABOUT,
  type: 'session.ended',
  sid,
  token: 'absent',
  answer: 'redirect-to-sign-in',
  reason: 'refresh_token_reused',
  waited: 3,
})
const opened: GatewayEvent = { type: 'breaker.opened', pause: 250, reason: 'no_answer', sessions: 'all' }

const newRecorder = (limits?: { sessions: number; events: number; ends: number }) =>
  createRecorder({ clock: () => 5000, run: 'run', ...(limits && { limits }) })

describe('the recorder', () => {
  it('tells a session its own events, and those of the process', () => {
    const recorder = newRecorder()
    recorder.record(active('mine'), null)
    recorder.record(active('theirs'), null)
    recorder.record(opened, null)
    const { events } = recorder.snapshot('mine', null)
    expect(events.map(({ event }) => event)).toEqual([active('mine'), opened])
  })

  it('tells listeners the same, as it comes', () => {
    const recorder = newRecorder()
    const heard: News[] = []
    const stop = recorder.listen('mine', (news) => heard.push(news))
    recorder.record(active('theirs'), null)
    recorder.record(active('mine'), null)
    recorder.record(opened, null)
    stop()
    recorder.record(active('mine'), null)
    expect(heard.map(({ recorded }) => recorded.event)).toEqual([active('mine'), opened])
    expect(heard[1]?.process.breaker).toEqual({ state: 'open', at: 5000, pause: 250 })
  })

  it('gives an event that tells no session to the session whose browser it came from', () => {
    const recorder = newRecorder()
    recorder.record(ended(null), 'mine')
    recorder.record(ended(null), null)
    expect(recorder.snapshot('mine', null).events).toHaveLength(1)
  })

  it('never believes the browser over the event', () => {
    const recorder = newRecorder()
    recorder.record(active('theirs'), 'mine')
    expect(recorder.snapshot('mine', null).events).toEqual([])
  })

  it('goes on after the event that was seen last, and tells everything after a restart', () => {
    const recorder = newRecorder()
    recorder.record(active('mine'), null)
    recorder.record(opened, null)
    const [first] = recorder.snapshot('mine', null).events
    expect(recorder.snapshot('mine', first?.id ?? '').events.map(({ event }) => event)).toEqual([opened])
    expect(recorder.snapshot('mine', 'run-before-7').events).toHaveLength(2)
  })

  it('tells a person why an earlier session of theirs has ended, and nobody else', () => {
    const recorder = newRecorder()
    recorder.meet('before', 'ann')
    recorder.record(ended('before'), null)
    recorder.meet('after', 'ann')
    recorder.meet('other', 'bob')
    expect(recorder.snapshot('after', null).ends).toMatchObject([
      { sid: 'before', reason: 'refresh_token_reused' },
    ])
    expect(recorder.snapshot('other', null).ends).toEqual([])
    expect(recorder.snapshot('unknown', null).ends).toEqual([])
  })

  it('forgets the oldest events, and the session that was used longest ago', () => {
    const recorder = newRecorder({ sessions: 2, events: 2, ends: 1 })
    for (const sid of ['a', 'b', 'a', 'a', 'a', 'c']) recorder.record(active(sid), null)
    expect(recorder.snapshot('a', null).events).toHaveLength(2)
    expect(recorder.snapshot('b', null).events).toEqual([])
    expect(recorder.snapshot('c', null).events).toHaveLength(1)
  })

  it('leaves out its own stream, unless that has changed something', () => {
    const recorder = newRecorder()
    recorder.record(active('mine', STREAM_PATH), null)
    expect(recorder.snapshot('mine', null).events).toEqual([])
    recorder.record({ ...ended('mine'), path: STREAM_PATH } as GatewayEvent, null)
    expect(recorder.snapshot('mine', null).events).toHaveLength(1)
  })
})
