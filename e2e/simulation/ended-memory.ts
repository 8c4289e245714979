/** Prints what 100,000 sessions that have ended within the life of a token cost a gateway. Needs `--expose-gc`. */
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { endedFeed } from 'evergate/ended'

const COUNT = Number(process.argv[2] ?? 100_000)
const now = Date.now()
const reasons = ['signed-out', 'ended-by-user', 'password-changed', 'reuse', 'session-limit']
const entries = Array.from({ length: COUNT }, (_, i) => ({
  sid: randomBytes(16).toString('base64url'),
  endedAt: now - (i % 900) * 1000,
  reason: reasons[i % reasons.length],
}))
const json = JSON.stringify({ cursor: 'c1', life: 960, entries })
const packed = gzipSync(json)
const server = createServer((_req, res) => {
  res.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(packed)
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ended`

const used = () => {
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
const claims = {
  subject: 'u',
  sid: '',
  roles: [],
  issuedAt: 0,
  expiresAt: 0,
  authenticatedAt: null,
  acr: null,
}

const before = used()
const events: object[] = []
const sessions = endedFeed({ url, secret: 'x', polls: 'request' }).open({
  clock: Date.now,
  random: Math.random,
  wait: async () => {},
  onEvent: (event) => events.push(event),
})
const startedAt = performance.now()
const works: Promise<unknown>[] = []
await sessions.look(null, (work) => works.push(work))
await Promise.all(works)
const milliseconds = performance.now() - startedAt
const after = used()
if (sessions.told({ ...claims, sid: entries[0]?.sid ?? '' }) === null) throw new Error('nothing was learnt')
const megabytes = (bytes: number) => (bytes / 1_048_576).toFixed(1)
console.log(
  `${COUNT} ended sessions: ${megabytes(after - before)} MB in memory, ${megabytes(json.length)} MB snapshot (${megabytes(packed.length)} MB packed), known after ${milliseconds.toFixed(0)} ms`,
)
server.close()
