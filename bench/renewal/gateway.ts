/**
 * A process with a gateway and nothing else: Node's own server, `createSessionGateway()`, an answer without a page.
 *
 * @param argv - the backend's URL, and its key set as JSON
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSessionGateway } from '../../lib/gateway/index.ts'

const [remoteApi = '', keys = ''] = process.argv.slice(2)
const gateway = createSessionGateway({
  remoteApi,
  keys: { jwks: JSON.parse(keys) },
  gatewaySecrets: ['a secret of the benchmark that is long enough'],
})
const server = createServer(async (req, res) => {
  const headers = { accept: 'text/html', cookie: req.headers.cookie ?? '' }
  const request = new Request(`http://localhost:3000${req.url}`, { headers })
  const { outcome, setCookies } = await gateway.handle(request)
  res.writeHead(200, { 'x-session': outcome, 'set-cookie': [...setCookies], 'Content-Length': 2 })
  res.end('ok')
})
// A burst brings as many connections at once.
server.listen({ port: 0, host: '127.0.0.1', backlog: 2_048 })
await once(server, 'listening')
console.log(`listening ${(server.address() as AddressInfo).port}`)
