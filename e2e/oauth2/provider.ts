import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JWK } from 'jose'
import { exportJWK, generateKeyPair } from 'jose'
import Provider from 'oidc-provider'

export const CLIENT_SECRET = 'a client secret of the tests'
const RESOURCE = 'urn:example:api'

/** A private key as a client keeps it. */
export async function newKey(kid: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  return { ...(await exportJWK(privateKey)), alg: 'ES256', kid }
}

/** An OpenID provider that rotates refresh tokens, takes a second use for theft, and knows the app at `appUrl`. */
export async function startProvider(appUrl: string, clientKey: JWK) {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { d: _, ...publicKey } = clientKey
  const client = (id: string, method: string, more: object = {}) => ({
    client_id: id,
    token_endpoint_auth_method: method,
    ...(method.startsWith('client_secret') && { client_secret: CLIENT_SECRET }),
    grant_types: ['authorization_code', 'refresh_token'],
    redirect_uris: [`${appUrl}/auth/callback`],
    post_logout_redirect_uris: [`${appUrl}/`],
    backchannel_logout_uri: `${appUrl}/auth/backchannel`,
    backchannel_logout_session_required: true,
    // Those of the web have redirects over https, on this machine, too.
    application_type: appUrl.startsWith('https:') ? 'web' : 'native',
    ...more,
  })
  const provider = new Provider(issuer, {
    clients: [
      client('basic', 'client_secret_basic'),
      client('post', 'client_secret_post'),
      client('key', 'private_key_jwt', { jwks: { keys: [publicKey] } }),
      client('dpop', 'client_secret_basic', { dpop_bound_access_tokens: true }),
      client('jwt', 'client_secret_basic'),
    ],
    cookies: { keys: ['cookies of the tests'] },
    claims: { openid: ['sub', 'roles'], profile: ['name'], email: ['email'] },
    conformIdTokenClaims: false,
    findAccount: (_ctx: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, name: `Name of ${id}`, email: `${id}@example.com`, roles: ['user'] }),
    }),
    issueRefreshToken: async () => true,
    expiresWithSession: async () => false,
    rotateRefreshToken: true,
    extraTokenClaims: () => ({ sid: 'session-of-the-provider', roles: ['user'] }),
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    features: {
      revocation: { enabled: true },
      backchannelLogout: { enabled: true },
      dPoP: { enabled: true, nonceSecret: Buffer.alloc(32), requireNonce: () => true },
      resourceIndicators: {
        enabled: true,
        defaultResource: (ctx: { oidc: { client: { clientId: string } } }) =>
          ctx.oidc.client.clientId === 'jwt' ? RESOURCE : undefined,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: 'openid',
          audience: RESOURCE,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    // The provider would not call an app on this machine otherwise.
    fetch: (url: string | URL, init: RequestInit) => {
      const { dispatcher: _dispatcher, ...plain } = init as RequestInit & { dispatcher?: unknown }
      return fetch(url, plain)
    },
  })
  server.on('request', provider.callback())
  return {
    issuer,
    resource: RESOURCE,
    provider,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
