import { RateLimiterRes } from 'rate-limiter-flexible'
import RateLimiterStoreAbstract from 'rate-limiter-flexible/lib/RateLimiterStoreAbstract.js'
import type { Count, CounterStore } from '../store/store.ts'
import type { Rate } from './rate.ts'

/**
 * A limiter of rate-limiter-flexible on the counters of a store. Its own adapters need other drivers than these stores
 * have; this one works on all of them, by the store's clock.
 */
export class CounterLimiter extends RateLimiterStoreAbstract {
  readonly #counters: CounterStore

  constructor(counters: CounterStore, { points, seconds }: Rate) {
    super({ storeClient: counters, keyPrefix: '', points, duration: seconds })
    this.#counters = counters
  }

  protected _get(key: string): Promise<Count | undefined> {
    return this.#counters.find(key)
  }

  protected _upsert(key: string, points: number, milliseconds: number): Promise<Count> {
    return this.#counters.add(key, points, milliseconds)
  }

  protected _delete(key: string): Promise<boolean> {
    return this.#counters.remove(key)
  }

  protected _getRateLimiterRes(_key: string, _added: number, { points, timeLeft }: Count): RateLimiterRes {
    return new RateLimiterRes(Math.max(0, this.points - points), timeLeft, points)
  }
}
