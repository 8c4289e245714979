/**
 * Renews so many distinct sessions in one gateway (default 100000) and prints what it keeps in memory after each tenth:
 * `node --expose-gc e2e/simulation/memory.ts [sessions]`.
 */
import { createSessionGateway } from 'evergate/gateway'
import { SignJWT } from 'jose'

const SECRET = 'a secret of the simulation that is long enough'
const sessions = Number(process.argv[2] ?? 100_000)
const collectGarbage = globalThis.gc
if (!collectGarbage) throw new Error('run it with node --expose-gc')

// A thousand renewals a second, by this clock: the answers of ten seconds are as many as a gateway remembers at most.
let now = Date.UTC(2030, 0, 1)
const key = new TextEncoder().encode(SECRET)

/** The answer of a backend to `refreshToken=<name>.<generation>`. */
async function rotate(cookie: string): Promise<Response> {
  const [, name = '', generation] = /^refreshToken=(\w+)\.(\d+)$/.exec(cookie) ?? []
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
  fetch: (_url, { headers }) => rotate(new Headers(headers).get('cookie') ?? ''),
})

for (let session = 1; session <= sessions; session += 1) {
  now += 1
  const headers = { accept: 'text/html', host: 'app.test', cookie: `refreshToken=session${session}.0` }
  const { outcome } = await gateway.handle(new Request('http://app.test/dashboard', { headers }))
  if (outcome !== 'renewed') throw new Error(`session ${session}: ${outcome}`)
  if (session % (sessions / 10) === 0) {
    collectGarbage()
    console.log(`${session} sessions: ${(process.memoryUsage().heapUsed / 1e6).toFixed(1)} MB`)
  }
}
