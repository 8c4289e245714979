import { expect, test } from 'vitest'
import { type Count, type CounterStore, StoreError } from '../store/store.ts'
import { createLimits } from './limits.ts'

const subject = { account: 'ada@example.com', address: '203.0.113.1' }

function promised(): { promise: Promise<undefined>; resolve(): void } {
  let resolve = () => {}
  const promise = new Promise<undefined>((done) => {
    resolve = () => done(undefined)
  })
  return { promise, resolve }
}

/** Counters whose answers can be kept back: what a slow store says is old when it arrives. */
function slowCounters() {
  const counts = new Map<string, number>()
  let held: ReturnType<typeof promised> | undefined
  const countOf = (key: string): Count => ({ points: counts.get(key) ?? 0, timeLeft: 60_000 })
  const counters: CounterStore = {
    async add(key, points) {
      counts.set(key, countOf(key).points + points)
      return countOf(key)
    },
    async find(key) {
      const count = counts.has(key) ? countOf(key) : undefined
      await held?.promise
      return count
    },
    remove: async (key) => counts.delete(key),
    purge: async () => 0,
  }
  return {
    counters,
    hold() {
      held = promised()
    },
    release() {
      held?.resolve()
      held = undefined
    },
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('ASVS 6.3.1: a try that ends while the store is read counts, though the answer does not know of it', async () => {
  const { counters, hold, release } = slowCounters()
  const rate = { points: 1, seconds: 60 }
  const limits = createLimits(counters, {
    pair: rate,
    address: undefined,
    account: undefined,
    registration: undefined,
    mail: undefined,
    mailAddress: undefined,
  })
  const first = promised()
  let looked = 0
  const tryOnce = (answer: Promise<undefined>) =>
    limits.attempt(subject, () => {
      looked++
      return answer
    })
  const one = tryOnce(first.promise)
  await settled()
  hold()
  const two = tryOnce(Promise.resolve(undefined))
  await settled()
  first.resolve()
  await one
  release()
  await expect(two).rejects.toMatchObject({ status: 429, code: 'too_many_requests' })
  expect(looked).toBe(1)
})

test('ASVS 16.5.3: no password is looked at while the failures so far cannot be read', async () => {
  const { counters } = slowCounters()
  const down = new StoreError('The counters cannot be reached.')
  const rate = { points: 5, seconds: 60 }
  const none = { address: undefined, account: undefined, registration: undefined, mail: undefined }
  const limits = createLimits(
    { ...counters, find: () => Promise.reject(down) },
    { ...none, pair: rate, mailAddress: undefined },
  )
  let looked = 0
  const check = async () => {
    looked += 1
    return undefined
  }
  await expect(limits.attempt(subject, check)).rejects.toThrow(down)
  expect(looked).toBe(0)
})
