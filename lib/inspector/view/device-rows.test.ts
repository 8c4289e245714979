import { expect, it } from 'vitest'
import type { GatewayEvent } from '../../gateway/events/events.ts'
import { createRecorder } from '../record/recorder.ts'
import { streamOf } from '../record/stream.ts'
import { lanesOf } from './lanes.ts'
import { rowsOf } from './rows.ts'
import { NOTHING_YET, withNews } from './view.ts'

const ABOUT = { sid: 's', traceId: null, method: 'POST', path: '/session/device', kind: 'api' } as const
const LIFE = { issuedAt: 1000, expiresAt: 1900 }
const AT = 1_500_000

const lost: GatewayEvent = {
  ...{ ...ABOUT, type: 'session.ended', method: 'GET', path: '/dashboard', kind: 'document' },
  ...{ token: 'absent', answer: 'redirect-to-sign-in', reason: 'device_key_missing', waited: 0 },
}
const active: GatewayEvent = {
  ...{ ...ABOUT, ...LIFE, type: 'session.active', path: '/dashboard' },
  ...{ token: 'valid', answer: 'pass', verified: 'now' },
}
const degraded = (reason: string): GatewayEvent => ({
  ...{ ...ABOUT, type: 'session.degraded', token: 'absent', answer: 'unavailable', reason, waited: 0 },
})
const said = (event: GatewayEvent) => {
  const [row] = rowsOf([{ id: '1', at: AT, event }])
  return [row?.icon, row?.word, row?.detail]
}

it.each<[GatewayEvent, readonly string[]]>([
  [{ ...ABOUT, type: 'device.bound', alg: 'ES256' }, ['good', 'device bound', 'a key of this device, ES256']],
  [
    {
      // Wherever the app has put the endpoint.
      ...{ ...ABOUT, ...LIFE, type: 'session.renewed', path: '/dbsc/again' },
      ...{ token: 'proof', answer: 'pass', waited: 4, shared: false },
    },
    ['renewed', 'renewed', 'by a proof of this device’s key'],
  ],
  [
    { ...ABOUT, type: 'device.skipped', reason: 'quota_exceeded' },
    ['trouble', 'no proof', 'quota_exceeded: the browser could not renew, and says so'],
  ],
  [
    { ...ABOUT, type: 'device.proof-invalid', reason: 'signature' },
    ['trouble', 'proof refused', 'signature: this device has not made it'],
  ],
  [
    { ...ABOUT, type: 'device.lost' },
    [
      'ended',
      'a copy has lost',
      'the cookies of this session, without its key: a thief, or a device that has lost it',
    ],
  ],
  [
    lost,
    [
      'ended',
      'ended',
      'device_key_missing: cookies of this session were shown without its key: it goes on where the key is',
    ],
  ],
  [
    degraded('device_bounced'),
    [
      'trouble',
      'degraded',
      'device_bounced; sent back to the page, so that the browser proves its device before',
    ],
  ],
  [
    degraded('device_not_refreshed'),
    [
      'trouble',
      'degraded',
      'device_not_refreshed; answered 401, so that the browser proves its device, and asks again',
    ],
  ],
])('says in words what has become of the key of a device: %j', (event, words) => {
  expect(said(event)).toEqual(words)
})

it('a copy that has lost its cookies ends neither the session nor the stream of its owner', async () => {
  const recorder = createRecorder({ clock: () => AT, run: 'run' })
  recorder.meet('s', 'ada')
  recorder.record(active, null)
  const { body } = streamOf(recorder, 's', null)
  const reader = body?.getReader()
  await reader?.read()
  // A thief has copied the cookie by which the inspector knows its browsers, too.
  recorder.record({ ...lost, sid: null } as GatewayEvent, 's')
  recorder.record(lost, null)
  recorder.record(active, null)
  for (const _news of [1, 2, 3]) expect((await reader?.read())?.done).toBe(false)
  await reader?.cancel()

  const { events, ends, process } = recorder.snapshot('s', null)
  expect([events.length, ends]).toEqual([4, []])
  expect(lanesOf(events, AT).endedAt).toBeNull()
  const [, news] = events
  if (!news) throw new Error('nothing was told')
  expect(withNews(NOTHING_YET, { recorded: news, process }).ends).toEqual([])
})

it('everybody who may look is told why no session is bound', () => {
  const recorder = createRecorder({ clock: () => AT, run: 'run' })
  recorder.record({ type: 'device.misfit', reason: 'http', message: 'not bound without https' }, null)
  expect(rowsOf(recorder.snapshot('s', null).events)).toMatchObject([
    { word: 'device misfit', detail: 'not bound without https' },
  ])
})
