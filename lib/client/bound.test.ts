import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { SessionClient } from './client.ts'
import { createSessionClient } from './client.ts'

const APP = 'https://app.test'
const NOTES = `${APP}/api/notes`
const USER = { id: 'u1', name: 'Ada' }
const stops: (() => void)[] = []

beforeEach(() => {
  vi.stubGlobal('location', new URL(`${APP}/page`))
  vi.stubGlobal('document', Object.assign(new EventTarget(), { hidden: false }))
  vi.stubGlobal('addEventListener', () => {})
  // That of Node has the locks of the tabs, and does not know whether it is online.
  vi.stubGlobal('navigator', { locks: navigator.locks, onLine: true })
})
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
  vi.unstubAllGlobals()
})

/**
 * The gateway before a session that is bound to its device, and a browser that has not renewed yet: what it is asked meanwhile is answered
 * 401, with the timer cleared. The browser then renews before whatever it sends next, unless it `hasKey` no more.
 */
function boundSession({ hasKey = true } = {}) {
  const asked: string[] = []
  let isDue = true
  let isCleared = false
  const send = vi.fn(async (input: RequestInfo | URL, init?: RequestInit) => {
    const { url, method } = new Request(new URL(String(input instanceof Request ? input.url : input), APP), {
      method: input instanceof Request ? input.method : init?.method,
    } as RequestInit)
    const path = new URL(url).pathname
    asked.push(`${method} ${path}`)
    if (isCleared && hasKey) isDue = false
    // The answer comes when other requests are under way.
    const isRefused = isDue
    await new Promise((resolve) => setTimeout(resolve, 5))
    isCleared ||= isRefused
    const session = { user: USER, expiresAt: Date.now() / 1000 + 900 }
    const response = isRefused
      ? Response.json({ error: 'unauthenticated' }, { status: 401, headers: { 'x-session': 'degraded' } })
      : Response.json(session, { headers: { 'x-session': 'active' } })
    return Object.defineProperty(response, 'url', { value: url })
  })
  return { send: send as typeof fetch, asked }
}

let name = 0
/** Tabs of one browser. */
function openTabs(count: number, send: typeof fetch): SessionClient[] {
  name += 1
  return Array.from({ length: count }, () => {
    const client = createSessionClient({
      fetch: send,
      sessionUrl: `/api/session?${name}`,
      session: { user: USER, expiresAt: Date.now() / 1000 + 900 },
    })
    stops.push(client.start())
    return client
  })
}

it('repeats a request once when the browser renews a bound session by itself', async () => {
  const { send, asked } = boundSession()
  const [tab] = openTabs(1, send)
  const response = await tab?.fetch(NOTES, { method: 'POST', body: 'milk' })
  expect(response?.status).toBe(200)
  expect(asked.filter((each) => each === 'POST /api/notes')).toHaveLength(2)
  expect(tab?.getState().status).toBe('signed-in')
})

it('has the last answer where the key is missing, and asks no third time', async () => {
  const { send, asked } = boundSession({ hasKey: false })
  const [tab] = openTabs(1, send)
  expect((await tab?.fetch(NOTES))?.status).toBe(401)
  expect(asked.filter((each) => each === 'GET /api/notes').length).toBeLessThanOrEqual(2)
})

it('does it in five tabs with one call, and signs nobody out', async () => {
  const { send, asked } = boundSession()
  const tabs = openTabs(5, send)
  const answers = await Promise.all(tabs.map((tab) => tab.fetch(NOTES)))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  expect(asked.filter((each) => each === 'POST /api/refreshresttokens')).toHaveLength(1)
  expect(asked.filter((each) => each === 'GET /api/notes')).toHaveLength(10)
  expect(tabs.map((tab) => tab.getState().status)).toEqual(Array(5).fill('signed-in'))
})

it('takes a question that came before the browser has renewed for no end of the session', async () => {
  const ends: string[] = []
  const { send, asked } = boundSession()
  const client = createSessionClient({ fetch: send, onSessionEnd: (reason) => ends.push(reason) })
  stops.push(client.start())
  await expect.poll(() => client.getState().status).toBe('unreachable')
  expect(asked).toEqual(['GET /api/session'])
  // Any request that goes through brings it back.
  expect((await client.fetch(NOTES)).status).toBe(200)
  await expect.poll(() => client.getState().status).toBe('signed-in')
  expect(ends).toEqual([])
})
