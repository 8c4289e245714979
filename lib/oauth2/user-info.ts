import * as oauth from 'oauth4webapi'
import type { JsonObject } from '../gateway/json-object.ts'
import { tellFailure } from './failure.ts'
import type { Parts } from './routes-parts.ts'
import { callOf } from './routes-parts.ts'

/**
 * The claims of a person that the ID token does not have (OpenID Connect Core 1.0, 5.3); undefined where userinfo is not asked, or
 * gives no good answer. Its word is taken for the ID token's `sub` alone (5.3.2).
 */
export async function askUserInfo(
  answer: oauth.TokenEndpointResponse,
  request: Request,
  parts: Parts,
): Promise<JsonObject | undefined> {
  const { options, provider } = parts
  const idToken = oauth.getValidatedIdTokenClaims(answer)
  const isWanted = options.userInfo ?? typeof idToken?.name !== 'string'
  if (!isWanted || !idToken) return undefined
  try {
    const call = callOf(parts)
    const server = await provider.discover(call)
    if (!server.userinfo_endpoint) return undefined
    const how = await provider.tokenRequestOptions(call)
    const ask = async () =>
      oauth.processUserInfoResponse(
        server,
        provider.client,
        idToken.sub,
        await oauth.userInfoRequest(server, provider.client, answer.access_token, how),
      )
    // RFC 9449 8: the first answer may only tell a nonce.
    const { sub: _, ...claims } = await ask().catch((error) => {
      if (oauth.isDPoPNonceError(error)) return ask()
      throw error
    })
    return claims
  } catch (error) {
    tellFailure(parts, 'userinfo', error, request, answer.access_token)
    return undefined
  }
}
