/**
 * Lives through 24 simulated hours of one gateway process and prints what it keeps in memory after each:
 * `node --expose-gc e2e/simulation/memory-day.ts [visitors]` (at a time, default 400).
 *
 * Each hour a quarter of the visitors leave and others come. Everyone asks for a page every five minutes and renews every fifteen, with two
 * tabs; programs send made-up tokens, and tokens of before; the backend is away for five minutes every three hours.
 */
import { createSessionGateway } from 'evergate/gateway'
import { SignJWT } from 'jose'

const SECRET = 'a secret of the simulation that is long enough'
const HOURS = 24
const ROUNDS = 12
const visitors = Number(process.argv[2] ?? 400)
const collectGarbage = globalThis.gc
if (!collectGarbage) throw new Error('run it with node --expose-gc')

let now = Date.UTC(2030, 0, 1)
let isDown = false
const key = new TextEncoder().encode(SECRET)
const counts = new Map<string, number>()

/** The answer of a backend to `refreshToken=<name>.<generation>`. */
async function rotate(cookie: string): Promise<Response> {
  if (isDown) throw new TypeError('fetch failed')
  const [, name, generation] = /refreshToken=(visitor\d+)\.(\d+)/.exec(cookie) ?? []
  if (name === undefined) return Response.json({ error: 'invalid_grant' }, { status: 403 })
  const seconds = Math.floor(now / 1000)
  const accessToken = await new SignJWT({ sid: name, roles: ['user'], jti: `${name}.${generation}` })
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
    .setIssuer('evergate')
    .setAudience('evergate-app')
    .setSubject(name)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + 900)
    .sign(key)
  const refreshToken = `${name}.${Number(generation) + 1}`
  return Response.json({ accessToken, refreshToken, userData: { name } })
}

const gateway = createSessionGateway({
  remoteApi: 'http://backend.test',
  keys: { secret: SECRET },
  clock: () => now,
  wait: async () => {},
  fetch: (_url, { headers }) => rotate(new Headers(headers).get('cookie') ?? ''),
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
  collectGarbage()
  console.log(`${hour} h: ${(process.memoryUsage().heapUsed / 1e6).toFixed(1)} MB`)
}
console.log(JSON.stringify({ visitors: comers, ...Object.fromEntries([...counts].sort()) }))
