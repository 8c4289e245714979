import { workAsyncStorage } from 'next/dist/server/app-render/work-async-storage.external.js'
import { workUnitAsyncStorage } from 'next/dist/server/app-render/work-unit-async-storage.external.js'
import { describe, expect, it, vi } from 'vitest'
import { requireSession } from './require-session.ts'
import { getSession, sessionForBrowser } from './session.ts'

// Next's servers put it there before anything else is loaded.
await vi.hoisted(async () => {
  const { AsyncLocalStorage } = await import('node:async_hooks')
  Object.assign(globalThis, { AsyncLocalStorage })
})

/** As Next calls a component: with the storages that say of what its work is a part. */
const inside = <Value>(unit: object, work: () => Promise<Value>): Promise<Value> =>
  workAsyncStorage.run({ route: '/account' } as never, () =>
    workUnitAsyncStorage.run(Object.assign(unit, { phase: 'render' }) as never, work),
  )

const ASKED: Record<string, () => Promise<unknown>> = { getSession, requireSession, sessionForBrowser }

describe.each(Object.entries(ASKED))('next.js #86670: %s', (_, ask) => {
  it.each(['cache', 'private-cache', 'unstable-cache'])(
    'says what to do inside a cached function: %s',
    async (type) => {
      const error = await inside({ type }, ask).catch((reason: unknown) => reason)
      expect(error).toMatchObject({
        name: 'GatewayError',
        code: 'session_in_cache',
        message: expect.stringContaining('as an argument'),
        cause: expect.any(Error),
      })
    },
  )

  it.each(['prerender', 'prerender-runtime'])(
    'waits for a request where a shell or a prefetch is made: %s',
    async (type) => {
      const made = new AbortController()
      const asked = inside({ type, renderSignal: made.signal }, ask)
      const first = await Promise.race([
        asked.catch(() => 'failed'),
        new Promise((resolve) => setTimeout(resolve, 20, 'waits')),
      ])
      expect(first).toBe('waits')
      // Next knows this by its digest: what waited is no failure of the page.
      made.abort()
      await expect(asked).rejects.toHaveProperty('digest', 'HANGING_PROMISE_REJECTION')
    },
  )

  it('interrupts a page that would be static, in Next’s own words', async () => {
    const unit = { type: 'prerender-legacy', revalidate: 1 }
    await expect(inside(unit, ask)).rejects.toHaveProperty('digest', 'DYNAMIC_SERVER_USAGE')
    expect(unit.revalidate).toBe(0)
  })
})
