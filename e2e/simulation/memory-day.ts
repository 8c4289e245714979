/**
 * Lives through 24 simulated hours of one gateway process and prints what it keeps in memory after each:
 * `node --expose-gc e2e/simulation/memory-day.ts [visitors]` (at a time, default 400).
 *
 * Each hour a quarter of the visitors leave and others come. Everyone asks for a page every five minutes and renews every fifteen, with two
 * tabs; programs send made-up tokens, and tokens of before; the backend is away for five minutes every three hours.
 */
import { createSessionGateway } from 'evergate/gateway'
import { megabytesHeld, rotate, SECRET } from './rotating-backend.ts'

const HOURS = 24
const ROUNDS = 12
const visitors = Number(process.argv[2] ?? 400)

let now = Date.UTC(2030, 0, 1)
let isDown = false
const counts = new Map<string, number>()

const gateway = createSessionGateway({
  remoteApi: 'http://backend.test',
  keys: { secret: SECRET },
  clock: () => now,
  wait: async () => {},
  async fetch(_url, { headers }) {
    if (isDown) throw new TypeError('fetch failed')
    return rotate(new Headers(headers).get('cookie') ?? '', now)
  },
})

async function ask(jar: Map<string, string>): Promise<void> {
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
  const headers = { accept: 'text/html', host: 'app.test', cookie }
  const { outcome, setCookies } = await gateway.handle(new Request('http://app.test/dashboard', { headers }))
  counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  for (const header of setCookies) {
    const [, name = '', value = '', maxAge] = /^([^=]+)=([^;]*).*?Max-Age=(\d+)/.exec(header) ?? []
    if (Number(maxAge) > 0) jar.set(name, value)
    else jar.delete(name)
  }
}

let comers = 0
const newcomer = () => new Map([['refreshToken', `visitor${comers++}.0`]])
const present = Array.from({ length: visitors }, newcomer)

for (let hour = 1; hour <= HOURS; hour += 1) {
  for (let i = 0; i < visitors / 4; i += 1)
    present[Math.floor((hour * visitors) / 4 + i) % visitors] = newcomer()
  for (let round = 0; round < ROUNDS; round += 1) {
    isDown = hour % 3 === 0 && round === 6
    for (const [i, jar] of present.entries()) {
      now += 300_000 / visitors
      const before = new Map(jar)
      await Promise.all([ask(jar), ask(jar)])
      if (i % 7 === 0) await ask(before)
    }
    for (let i = 0; i < visitors / 10; i += 1)
      await ask(new Map([['refreshToken', `made-up-${hour}-${round}-${i}`]]))
  }
  console.log(`${hour} h: ${megabytesHeld()} MB`)
}
console.log(JSON.stringify({ visitors: comers, ...Object.fromEntries([...counts].sort()) }))
