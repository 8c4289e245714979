/**
 * A backend that does nothing but wait: `POST /after-MS/refreshtoken` answers after so many milliseconds, in the form of
 * CONTRACT.md. `GET /calls` says how many it has answered since it was asked last.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

const { privateKey, publicKey } = await generateKeyPair('ES256')
const accessToken = await new SignJWT({ sid: 'a-session', roles: ['user'] })
  .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'a-key' })
  .setIssuer('evergate')
  .setAudience('evergate-app')
  .setSubject('a-user')
  .setIssuedAt()
  .setExpirationTime('6h')
  .setJti('a-token')
  .sign(privateKey)
const userData = { id: 'a-user', email: 'user@example.com', name: 'A user', roles: ['user'] }
const body = JSON.stringify({ accessToken, refreshToken: 'the-next-one', expiresIn: 21_600, userData })

let calls = 0
const server = createServer((req, res) => {
  const answer = (text: string) => {
    res.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) })
    res.end(text)
  }
  if (req.url === '/calls') {
    answer(String(calls))
    calls = 0
    return
  }
  calls++
  const delay = Number(/after-(\d+)/.exec(req.url ?? '')?.[1] ?? 0)
  if (delay === 0) answer(body)
  else setTimeout(answer, delay, body)
})
server.listen({ port: 0, host: '127.0.0.1', backlog: 2_048 })
await once(server, 'listening')
const key = { ...(await exportJWK(publicKey)), kid: 'a-key', alg: 'ES256', use: 'sig' }
console.log(`credentials ${JSON.stringify([JSON.stringify({ keys: [key] }), accessToken])}`)
console.log(`listening ${(server.address() as AddressInfo).port}`)
