/**
 * A process with a gateway and nothing else: Node's own server, `createSessionGateway()`, an answer without a page.
 *
 * @param argv - the backend's URL, its key set as JSON, and `bare` for a server that only makes the calls, in the gateway's place
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSessionGateway } from '../../lib/gateway/index.ts'

const [remoteApi = '', keys = '', kind] = process.argv.slice(2)
const gateway = createSessionGateway({
  remoteApi,
  keys: { jwks: JSON.parse(keys) },
  gatewaySecrets: ['a secret of the benchmark that is long enough'],
})

type Answered = { readonly outcome: string; readonly setCookies: readonly string[] }

async function throughGateway(url: string, cookie: string): Promise<Answered> {
  return await gateway.handle(new Request(url, { headers: { accept: 'text/html', cookie } }))
}

async function bare(_url: string, cookie: string): Promise<Answered> {
  if (!cookie.startsWith('refreshToken=')) return { outcome: 'active', setCookies: [] }
  const answer = await fetch(`${remoteApi}/refreshtoken`, { method: 'POST', headers: { cookie } })
  await answer.json()
  return { outcome: 'renewed', setCookies: [] }
}

const handle = kind === 'bare' ? bare : throughGateway
const server = createServer(async (req, res) => {
  const { outcome, setCookies } = await handle(`http://localhost:3000${req.url}`, req.headers.cookie ?? '')
  res.writeHead(200, { 'x-session': outcome, 'set-cookie': [...setCookies], 'Content-Length': 2 })
  res.end('ok')
})
// A burst brings as many connections at once.
server.listen({ port: 0, host: '127.0.0.1', backlog: 2_048 })
await once(server, 'listening')
console.log(`listening ${(server.address() as AddressInfo).port}`)
