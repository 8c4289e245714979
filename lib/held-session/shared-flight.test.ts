import { describe, expect, it } from 'vitest'
import type { GatewayEvent } from '../gateway/events/events.ts'
import { resolveOptions } from '../gateway/options.ts'
import type { RefreshAnswer } from '../gateway/renewal/backend.ts'
import { createSealer } from '../gateway/token/sealed.ts'
import type { SharedStore } from './shared-flight.ts'
import { sharedFlight } from './shared-flight.ts'

const TOKEN = 'the-refresh-token-of-ann'

/** The store that several processes share, here one map. */
function memoryStore(): SharedStore & { readonly entries: Map<string, string> } {
  const entries = new Map<string, string>()
  return {
    entries,
    async add(key, value) {
      if (entries.has(key)) return false
      entries.set(key, value)
      return true
    },
    get: async (key) => entries.get(key) ?? null,
    async set(key, value) {
      entries.set(key, value)
    },
  }
}

function createProcess(store: SharedStore) {
  const events: GatewayEvent[] = []
  const settings = resolveOptions({
    ...{ remoteApi: '', keys: { jwksUrl: '' }, gatewaySecrets: ['what these sessions are sealed with'] },
    ...{ wait: () => new Promise<void>((resolve) => setImmediate(resolve)), refreshTimeout: 1000 },
    onEvent: (event) => void events.push(event),
  })
  const parts = { store, settings, sealer: createSealer(settings, 'test') }
  const run = (work: () => Promise<RefreshAnswer>, signal = AbortSignal.timeout(2000)) =>
    sharedFlight(parts, TOKEN, signal, work)
  return { run, events }
}

const rotated = (accessToken: string): RefreshAnswer => ({
  result: 'rotated',
  tokens: { accessToken, refreshToken: null, refreshTokenMaxAge: null, userData: null, otherCookies: [] },
})

describe('several processes and one refresh token', () => {
  it('one calls, all have its answer, and the store holds nothing that can be read', async () => {
    const store = memoryStore()
    let calls = 0
    const work = async () => {
      calls += 1
      return rotated(`at-${calls}`)
    }
    const answers = await Promise.all(Array.from({ length: 5 }, () => createProcess(store).run(work)))
    expect([calls, answers]).toEqual([1, Array(5).fill(rotated('at-1'))])
    expect(JSON.stringify([...store.entries])).not.toMatch(/at-1|refresh-token-of-ann/)
  })

  it.each(['add', 'get'] as const)(
    'a store whose `%s` fails: unavailable, and the cause is told',
    async (name) => {
      const store = memoryStore()
      if (name === 'get') store.add = async () => false
      store[name] = (): Promise<never> => Promise.reject(new Error(`ECONNRESET while at ${TOKEN}`))
      const { run, events } = createProcess(store)
      expect(await run(async () => rotated('at'))).toEqual({
        result: 'unavailable',
        reason: 'store_unavailable',
      })
      expect(events).toMatchObject([
        {
          type: 'backend.failed',
          message: 'store: ECONNRESET while at (left out)',
          stack: expect.anything(),
        },
      ])
    },
  )

  it('a store that takes no answer keeps nobody from it, and the cause is told', async () => {
    const store = { ...memoryStore(), set: () => Promise.reject(new Error('read only')) }
    const { run, events } = createProcess(store)
    expect(await run(async () => rotated('at'))).toEqual(rotated('at'))
    expect(events).toMatchObject([{ message: 'store: read only' }])
  })
})
