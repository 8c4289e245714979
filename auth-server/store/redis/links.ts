import type { Link, LinkStore } from '../store.ts'
import { addLink, findLink, type RedisDatabase, run } from './scripts.ts'

/** The mailed links of a Redis store: a hash each, which expires with its link. */
export function redisLinks(database: RedisDatabase): LinkStore {
  const record = (digest: string) => `${database.prefix}:link:{${digest}}`

  async function read(digest: string, purpose: Link['purpose'], take: boolean): Promise<Link | undefined> {
    const pairs = (await run(database, findLink, record(digest), purpose, take ? 1 : 0)) as string[] | null
    if (!pairs) return undefined
    const fields = Object.fromEntries(pairs.flatMap((name, i) => (i % 2 === 0 ? [[name, pairs[i + 1]]] : [])))
    const { userId = '', email = '', stamp = '' } = fields as Record<string, string>
    return { digest, purpose, userId, email, stamp }
  }

  return {
    async add({ digest, ...link }, life) {
      await run(database, addLink, record(digest), life, ...Object.entries(link).flat())
    },
    find: (digest, purpose) => read(digest, purpose, false),
    take: (digest, purpose) => read(digest, purpose, true),
    async purge() {
      // They vanish by themselves.
      return 0
    },
  }
}
