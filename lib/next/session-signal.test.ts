import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { listeners, tellEnded } from '../gateway/signal/ended.ts'
import type { TestSessionOptions } from '../testing/session.ts'
import { createTestSession } from '../testing/session.ts'
import { appWith, createVisitor } from './testing/app-side.ts'

const SECRET = 'a secret of the tests that is long enough'
const visitor = createVisitor()
/** Work that runs when the answer is complete. */
const afterAnswer: (() => void)[] = []
vi.mock('next/headers', () => visitor.nextHeaders)
vi.mock('next/server', async (original) => ({
  ...(await original<object>()),
  connection: async () => {},
  after: (task: () => void) => afterAnswer.push(task),
}))

/** A backend that answers a stream which does not end by itself, or does not answer. */
const backend = createServer((request, response) => {
  if (request.url === '/silent') return
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write('data: 1\n\n')
})
let app: Awaited<ReturnType<typeof appWith>>['app']
beforeAll(async () => {
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`
  ;({ app } = await appWith({} as never, { ETLS_ACCESS: SECRET, REMOTE_API: url }))
})
afterAll(() => {
  backend.closeAllConnections()
  backend.close()
})

beforeEach(() => signedIn())
afterEach(() => {
  for (const task of afterAnswer.splice(0)) task()
  expect(listeners()).toBe(0)
})

async function signedIn(options: Partial<TestSessionOptions> = {}) {
  const { cookies } = await createTestSession({ accessSecret: SECRET, sid: 's1', ...options })
  visitor.jar.clear()
  for (const [name, value] of Object.entries(cookies)) visitor.jar.set(name, value)
}

const session = () => app.requireSession()
const proxied = (path: string, options?: Parameters<typeof app.createBackendProxy>[0]) =>
  app.createBackendProxy(options)(new Request(`http://app.test/api/backend/${path}`), {
    params: Promise.resolve({ path: [path] }),
  })

describe('session.signal', () => {
  it('aborts when the process learns that the session has ended, and says so', async () => {
    const { signal } = await session()
    expect(signal.aborted).toBe(false)
    tellEnded(({ sid }) => sid === 's1')
    expect(signal.aborted).toBe(true)
    expect(signal.reason).toMatchObject({ name: 'GatewayError', code: 'session_ended' })
  })

  it('is one signal, however often it is read, and none before', async () => {
    const mine = await session()
    expect(listeners()).toBe(0)
    expect(mine.signal).toBe(mine.signal)
    expect(listeners()).toBe(1)
  })

  it('is kept until the answer is complete, and no longer', async () => {
    await session().then(({ signal }) => signal)
    expect(listeners()).toBe(1)
    for (const task of afterAnswer.splice(0)) task()
    expect(listeners()).toBe(0)
  })

  it('is no part of copies, of JSON, or of what is sent elsewhere', async () => {
    const mine = await session()
    expect(Object.keys({ ...mine })).not.toContain('signal')
    expect(JSON.parse(JSON.stringify(mine))).not.toHaveProperty('signal')
    expect(structuredClone(mine)).toEqual({ ...mine })
    expect(Object.getPrototypeOf(mine)).toBe(Object.prototype)
    expect(listeners()).toBe(0)
  })

  it('aborts when the person signs out in this process', async () => {
    const { signal } = await session()
    await app.endSession()
    expect(signal.aborted).toBe(true)
  })

  it('works in AbortSignal.any(), which keeps no strong hold on it', async () => {
    const left = new AbortController()
    const both = AbortSignal.any([left.signal, (await session()).signal])
    tellEnded(() => true)
    expect(both.reason).toMatchObject({ code: 'session_ended' })
  })
})

describe('sessionSignal()', () => {
  it('aborts with the access token, where that is asked for', async () => {
    await signedIn({ expiresIn: 2 })
    const mine = await session()
    const signal = app.sessionSignal(mine, { endsWithToken: true })
    expect([signal.aborted, app.sessionSignal(mine).aborted]).toEqual([false, false])
    await vi.waitFor(() => expect(signal.aborted).toBe(true), { timeout: 5000 })
    expect(mine.signal.aborted).toBe(false)
    // Of what has ended before, it is aborted from the beginning.
    expect(app.sessionSignal(mine, { endsWithToken: true }).aborted).toBe(true)
  })
})

describe('createBackendProxy()', () => {
  it('cuts a stream when the session ends', async () => {
    const response = await proxied('events')
    const reader = response.body?.getReader()
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('data: 1\n\n')
    const next = reader?.read()
    tellEnded(({ sid }) => sid === 's1')
    await expect(next).rejects.toMatchObject({ code: 'session_ended' })
  })

  it('cuts it with the access token, where that is asked for', async () => {
    await signedIn({ expiresIn: 2 })
    const response = await proxied('events', { endsWithToken: true })
    const reader = response.body?.getReader()
    await reader?.read()
    await expect(reader?.read()).rejects.toMatchObject({ code: 'session_ended' })
  })

  it('answers 401 when the session ends before the backend has answered', async () => {
    const pending = proxied('silent')
    await vi.waitFor(() => expect(listeners()).toBe(1))
    tellEnded(() => true)
    const response = await pending
    expect([response.status, await response.json()]).toEqual([401, { error: 'unauthenticated' }])
  })
})
