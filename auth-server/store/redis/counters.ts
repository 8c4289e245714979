import type { Count, CounterStore } from '../store.ts'
import { addPoints, findPoints, type RedisDatabase, run } from './scripts.ts'

/** The counters of a Redis store: a hash each, which expires with its count. */
export function redisCounters(database: RedisDatabase): CounterStore {
  const { commands, prefix } = database
  const record = (key: string) => `${prefix}:counter:{${key}}`
  const toCount = (reply: unknown): Count | undefined => {
    const [points, timeLeft] = (reply ?? []) as number[]
    return points === undefined || timeLeft === undefined ? undefined : { points, timeLeft }
  }
  return {
    async add(key, points, life) {
      const count = toCount(await run(database, addPoints, record(key), points, life))
      return count ?? { points, timeLeft: life }
    },
    async find(key) {
      return toCount(await run(database, findPoints, record(key)))
    },
    async remove(key) {
      return (await commands().del(record(key))) === 1
    },
    async purge() {
      // They vanish by themselves.
      return 0
    },
  }
}
