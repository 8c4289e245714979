/**
 * Renews sessions of a store as fast as it can, without a server in between, and says how many. For each line on standard input (milliseconds)
 * it does so once.
 *
 * @param argv - the store's URL, how many sessions it begins there, and how many it renews at once
 */
import { createInterface } from 'node:readline'
import { openStoreAt } from '../../auth-server/store/open.ts'
import { sidOf } from '../auth-server/clients.ts'

const [url = '', sessions = '', most = ''] = process.argv.slice(2)
const [count, atOnce] = [Number(sessions), Number(most)]
const ORIGIN = {
  address: '203.0.113.7',
  userAgent:
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
}
const LIFE = { idleTtl: 43_200_000, maxAge: 2_592_000_000 }

const store = await openStoreAt(url)
for (let i = 0; i < count; i++) {
  const id = sidOf(i)
  const user = { id, email: `${id}@example.com`, name: 'A user', roles: ['user'], passwordHash: 'none' }
  await store.users.create(user)
  await store.sessions.create({ sid: id, userId: id, passwordHash: 'none', amr: 'pwd', ...LIFE, ...ORIGIN })
}
const generations = new Uint32Array(count)

async function renewFor(ms: number): Promise<number> {
  const [started, end] = [performance.now(), performance.now() + ms]
  let renewals = 0
  async function drive(first: number): Promise<void> {
    for (let i = first; performance.now() < end; i = i + atOnce < count ? i + atOnce : first) {
      const generation = generations[i] ?? 0
      const renewal = await store.sessions.renew(sidOf(i), { generation, idleTtl: LIFE.idleTtl, ...ORIGIN })
      if (!renewal?.moved) throw new Error(`session ${i} did not move`)
      generations[i] = generation + 1
      renewals++
    }
  }
  await Promise.all(Array.from({ length: atOnce }, (_, first) => drive(first)))
  return (renewals * 1_000) / (performance.now() - started)
}

console.log('ready')
for await (const line of createInterface({ input: process.stdin })) console.log(await renewFor(Number(line)))
await store.close()
