/**
 * The limit (i): Express of the same version, one ES256 signature by `jose` with a key that was imported once, an
 * answer in JSON, and nothing else: no cookie is read, no store asked, nothing checked. `jose` is what one would write this
 * with; the auth server signs with `node:crypto`, which costs its thread less.
 */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { generateKeyPair, SignJWT } from 'jose'

const { privateKey } = await generateKeyPair('ES256')
const app = express()
app.post('/refreshtoken', async (_req, res) => {
  const iat = Math.floor(Date.now() / 1000)
  const accessToken = await new SignJWT({ sid: 'a-session', roles: ['user'] })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'a-key' })
    .setIssuer('evergate')
    .setAudience('evergate-app')
    .setSubject('a-user')
    .setIssuedAt(iat)
    .setExpirationTime(iat + 900)
    .setJti('a-token')
    .sign(privateKey)
  res.json({ accessToken, expiresIn: 900 })
})
const server = app.listen(0, '127.0.0.1')
await once(server, 'listening')
console.log(`listening ${(server.address() as AddressInfo).port}`)
