import { expect, it } from 'vitest'
import { type Measured, requestTimes } from './request-times.ts'

const entry = (path: string, times: Partial<Measured> = {}): Measured => ({
  name: `http://app.example${path}`,
  startTime: 0,
  requestStart: 10,
  responseStart: 30,
  responseEnd: 35,
  serverTiming: [{ name: 'session', duration: 12, description: 'renewed' }],
  ...times,
})

it('divides the time of a request among gateway, app and transfer', () => {
  expect(requestTimes([entry('/api/session?x=1')], 5)).toEqual([
    {
      id: '0 http://app.example/api/session?x=1',
      path: '/api/session',
      outcome: 'renewed',
      gateway: 12,
      app: 8,
      transfer: 5,
      total: 25,
    },
  ])
})

it('leaves out what the gateway has not seen, and what is under way', () => {
  expect(requestTimes([entry('/a', { serverTiming: [] }), entry('/b', { responseEnd: 0 })], 5)).toEqual([])
})

it('shows the newest first, and no more than asked for', () => {
  const paths = requestTimes(
    ['/a', '/b', '/c'].map((path) => entry(path)),
    2,
  ).map(({ path }) => path)
  expect(paths).toEqual(['/c', '/b'])
})

it('never counts a part longer than the whole: clocks of server and browser round apart', () => {
  const [time] = requestTimes(
    [entry('/a', { serverTiming: [{ name: 'session', duration: 99, description: 'active' }] })],
    1,
  )
  expect(time).toMatchObject({ gateway: 20, app: 0, total: 25 })
})

it('leaves out what the router fetches for other pages, and the page’s own icon', () => {
  const entries = ['/sessions?_rsc=1a2b', '/icon.svg?hash', '/api/session'].map((path) => entry(path))
  expect(requestTimes(entries, 5).map(({ path }) => path)).toEqual(['/api/session'])
})
