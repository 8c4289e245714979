import type { GatewayEvent } from '../../gateway/events/events.ts'
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
    /** The requests to the token endpoint. */
    asked,
    answer: (): Response | Promise<Response> => Response.json({ error: 'invalid_grant' }, { status: 400 }),
    /** Access tokens that userinfo was asked with, and what it says. */
    askedInfo: [] as (string | null)[],
    info: (): Response | Promise<Response> => new Response('', { status: 500 }),
    metadata: (): Response | Promise<Response> => Response.json(metadata),
    events: [] as GatewayEvent[],
    /** The answer of the token endpoint with an ID token of `claims`. */
    async issuing(claims: object, tokens: object = {}) {
      const iat = Math.floor(Date.now() / 1000)
      const idToken = { iss: ISSUER, aud: 'app', sub: 'ann', iat, exp: iat + 60, ...claims }
      const id_token = await signer.sign(idToken, { typ: 'JWT' })
      const issued = { access_token: 'at', token_type: 'bearer', expires_in: 300, refresh_token: 'rt' }
      made.answer = () => Response.json({ ...issued, id_token, ...tokens })
    },
  }
  const metadata = {
    issuer: ISSUER,
    authorization_endpoint: `${ISSUER}/authorize`,
    token_endpoint: `${ISSUER}/token`,
    jwks_uri: `${ISSUER}/jwks`,
    userinfo_endpoint: `${ISSUER}/userinfo`,
    revocation_endpoint: `${ISSUER}/revoke`,
    end_session_endpoint: `${ISSUER}/end`,
    id_token_signing_alg_values_supported: ['ES256'],
  }
  const fetch: Fetch = async (url, init) => {
    if (url.endsWith('/openid-configuration')) return made.metadata()
    if (url.endsWith('/jwks')) return Response.json({ keys: [signer.jwk] })
    if (url.endsWith('/userinfo')) {
      made.askedInfo.push(new Headers(init.headers).get('authorization'))
      return made.info()
    }
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
      onEvent: (event) => made.events.push(event),
      fetch,
    },
  }
  return Object.assign(made, { fetch, options })
}
