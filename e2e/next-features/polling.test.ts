import { setTimeout as delay } from 'node:timers/promises'
import { openBrowser } from 'evergate/testing'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { asApi, cookieHeader, signInAtAuthServer } from '../support/client.ts'
import type { Place } from './support/place.ts'
import { startPlace } from './support/place.ts'

/** Seconds: several of these pass while pages poll, and the grace, and the ten seconds that a gateway remembers answers. */
const LIFE = 2
const POLLING = 14

let place: Place
beforeAll(async () => {
  place = await startPlace(inject('features'), { ACCESS_TOKEN_TTL: String(LIFE), REFRESH_GRACE: '1' })
})
afterAll(() => place?.stop())

const POLLED = [
  '/dynamic',
  '/cached',
  '/api/plain',
  '/api/handler',
  '/_next/image?url=%2Fphoto.png&w=32&q=75',
  '/photo.png',
  '/robots.txt',
  '/inside',
  '/legacy-api/items',
  '/open/items',
  '/partners/a?from=outside',
  '/elsewhere/items',
  '/elsewhere/sets-cookie',
  '/detour/items',
  '/legacy/server',
  '/legacy/isr',
  '/api/legacy',
]

/** Polls a path from a browser of its own, and then loads a page that delivers; returns what that one is told. */
async function poll(path: string, until: number): Promise<string | null> {
  const browser = openBrowser({ origin: place.app.url })
  const tab = browser.tab()
  const cookie = cookieHeader(await signInAtAuthServer(place))
  await delay(LIFE * 1000)
  await tab.api('/api/session', { headers: { cookie } })
  while (Date.now() < until) {
    await tab.api(path)
    await delay(300)
  }
  await delay(LIFE * 1000)
  const { status, headers } = await tab.api('/api/session')
  browser.close()
  return `${status} ${headers.get('x-session')}`
}

/** Polls as a client whose cookies never change, because something on the way drops `Set-Cookie`. */
async function pollInVain(until: number): Promise<string | null> {
  const cookie = cookieHeader(await signInAtAuthServer(place))
  let session: string | null = null
  await delay(LIFE * 1000)
  while (Date.now() < until) {
    const answer = await fetch(`${place.app.url}/api/plain`, { headers: { ...asApi, cookie } })
    await answer.arrayBuffer()
    session = answer.headers.get('x-session')
    if (session !== 'renewed' && session !== 'active') break
    await delay(300)
  }
  return session
}

test('next.js #29488: no page that polls is ever signed out, whichever feature of Next answers it', {
  timeout: 90_000,
}, async () => {
  const until = Date.now() + POLLING * 1000
  const [ends, inVain] = await Promise.all([
    Promise.all(POLLED.map(async (path) => [path, await poll(path, until)])),
    pollInVain(until),
  ])
  expect(ends).toEqual(POLLED.map((path) => [path, '200 renewed']))
  expect(inVain).toBe('renewed')
  expect(place.app.output()).not.toContain('session.ended')
  const undelivered = place.app
    .output()
    .split('\n')
    .filter((line) => line.includes('renewal.undelivered'))
  expect(undelivered.map((line) => JSON.parse(line))).toContainEqual(
    expect.objectContaining({ level: 'warn', path: '/api/plain', advice: expect.stringContaining('renew') }),
  )
})
