/**
 * panva's `oidc-provider`: a refresh grant with rotation, an access token signed ES256 as ours, and the adapter in
 * memory that it brings: it need not wait for any disk. Prints its refresh tokens, then where it listens.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair } from 'jose'
import Provider from 'oidc-provider'

const RESOURCE = 'urn:bench:api'
const SCOPE = 'offline_access read'
const count = Number(process.argv[2])

const server = createServer()
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const { port } = server.address() as AddressInfo
const { privateKey } = await generateKeyPair('ES256', { extractable: true })
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: 'bench',
      token_endpoint_auth_method: 'none',
      id_token_signed_response_alg: 'ES256',
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: ['https://bench.example.com/callback'],
    },
  ],
  jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: 'a-key' }] },
  cookies: { keys: ['cookies of the benchmark'] },
  scopes: ['offline_access', 'read'],
  findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
  rotateRefreshToken: true,
  features: {
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => RESOURCE,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: 'read',
        audience: RESOURCE,
        accessTokenFormat: 'jwt',
        accessTokenTTL: 900,
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
}) as Provider & Models

/** Options that its documentation names and its types lack. */
type Models = {
  readonly Client: { find(id: string): Promise<object> }
  readonly Grant: new (
    of: object,
  ) => {
    addOIDCScope(scope: string): void
    addResourceScope(resource: string, scope: string): void
    save(): Promise<string>
  }
  readonly RefreshToken: new (of: object) => { save(): Promise<string> }
}

const client = await provider.Client.find('bench')
const tokens: string[] = []
for (let i = 0; i < count; i++) {
  const accountId = `user-${i}`
  const grant = new provider.Grant({ accountId, clientId: 'bench' })
  grant.addOIDCScope(SCOPE)
  grant.addResourceScope(RESOURCE, 'read')
  const grantId = await grant.save()
  const token = {
    accountId,
    client,
    grantId,
    scope: SCOPE,
    resource: RESOURCE,
    gty: 'authorization_code',
    authTime: 1,
  }
  tokens.push(await new provider.RefreshToken(token).save())
}
server.on('request', provider.callback())
console.log(`credentials ${JSON.stringify(tokens)}`)
console.log(`listening ${port}`)
