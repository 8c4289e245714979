import type { Fetch } from '../../gateway/platform.ts'
import { createIssuer } from '../../gateway/testing/issuer.ts'
import type { OAuth2Options } from '../options.ts'

export const ISSUER = 'https://provider.test'

/** A provider that says what a test wants: for what no real one can be brought to say. */
export async function fakeProvider() {
  const signer = await createIssuer('ES256', 'provider-key')
  const asked: URLSearchParams[] = []
  const made = {
    signer,
    /** What the token endpoint was asked. */
    asked,
    answer: (): Response | Promise<Response> => Response.json({ error: 'invalid_grant' }, { status: 400 }),
  }
  const metadata = {
    issuer: ISSUER,
    authorization_endpoint: `${ISSUER}/authorize`,
    token_endpoint: `${ISSUER}/token`,
    jwks_uri: `${ISSUER}/jwks`,
    id_token_signing_alg_values_supported: ['ES256'],
  }
  const fetch: Fetch = async (url, init) => {
    if (url.endsWith('/openid-configuration')) return Response.json(metadata)
    if (url.endsWith('/jwks')) return Response.json({ keys: [signer.jwk] })
    asked.push(new URLSearchParams(String(init.body)))
    return made.answer()
  }
  const options: OAuth2Options = {
    issuer: ISSUER,
    clientId: 'app',
    clientAuthentication: { method: 'client_secret_basic', secret: 'client secret' },
    gateway: {
      remoteApi: 'https://api.test',
      keys: { secret: 'what sessions are signed with here' },
      cookieSecure: false,
      fetch,
    },
  }
  return Object.assign(made, { fetch, options })
}
