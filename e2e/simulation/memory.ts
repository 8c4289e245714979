/**
 * Renews so many distinct sessions in one gateway (default 100000) and prints what it keeps in memory after each tenth:
 * `node --expose-gc e2e/simulation/memory.ts [sessions]`.
 */
import { createSessionGateway } from 'evergate/gateway'
import { megabytesHeld, rotate, SECRET } from './rotating-backend.ts'

const sessions = Number(process.argv[2] ?? 100_000)

// A thousand renewals a second, by this clock: the answers of ten seconds are as many as a gateway remembers at most.
let now = Date.UTC(2030, 0, 1)

const gateway = createSessionGateway({
  remoteApi: 'http://backend.test',
  keys: { secret: SECRET },
  clock: () => now,
  fetch: (_url, { headers }) => rotate(new Headers(headers).get('cookie') ?? '', now),
})

for (let session = 1; session <= sessions; session += 1) {
  now += 1
  const headers = { accept: 'text/html', host: 'app.test', cookie: `refreshToken=session${session}.0` }
  const { outcome } = await gateway.handle(new Request('http://app.test/dashboard', { headers }))
  if (outcome !== 'renewed') throw new Error(`session ${session}: ${outcome}`)
  if (session % (sessions / 10) === 0) {
    console.log(`${session} sessions: ${megabytesHeld()} MB`)
  }
}
