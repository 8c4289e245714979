import type { Factor, FactorStore } from '../factors.ts'
import {
  addFactor,
  listFactors,
  type RedisDatabase,
  removeFactors,
  run,
  takeFactor,
  useFactor,
} from './scripts.ts'

/** The factors of a Redis store: one hash for each user, `factors:{user}` → id → the factor as JSON. */
export function redisFactors(database: RedisDatabase): FactorStore {
  const record = (userId: string) => `${database.prefix}:factors:{${userId}}`
  return {
    async add({ life, ...factor }) {
      const text = JSON.stringify(factor)
      return (await run(database, addFactor, record(factor.userId), factor.id, text, life ?? '')) === 1
    },
    async list(userId) {
      const found = (await run(database, listFactors, record(userId))) as string[]
      return found.map(toFactor).sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
    },
    async use(userId, id, { from, to, data }) {
      return (await run(database, useFactor, record(userId), id, from, to, data)) === 1
    },
    async take(userId, id) {
      return (await run(database, takeFactor, record(userId), id)) === 1
    },
    async removeAll(userId, kind) {
      return Number(await run(database, removeFactors, record(userId), kind ?? ''))
    },
    async purge() {
      // Factors that are over go when the user's list is read.
      return 0
    },
  }
}

function toFactor(text: string): Factor {
  return { usedAt: null, endsAt: null, ...(JSON.parse(text) as Omit<Factor, 'usedAt' | 'endsAt'>) }
}
