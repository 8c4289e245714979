import { createClient } from '@redis/client'
import type { SharedStore } from 'evergate/oauth2'

const redis = await createClient({ url: process.env.REDIS_URL ?? '' }).connect()

export const store: SharedStore = {
  add: async (key, value, seconds) => (await redis.set(key, value, { NX: true, EX: seconds })) !== null,
  get: (key) => redis.get(key),
  set: async (key, value, seconds) => void (await redis.set(key, value, { EX: seconds })),
}
