import type { JWTVerifyGetKey } from 'jose'
import { createRemoteJWKSet, customFetch, errors, jwtVerify } from 'jose'
import { boundedText } from '../gateway/bounded-text.ts'
import { isJsonObject } from '../gateway/json-object.ts'
import { PUBLIC_KEY_ALGORITHMS } from '../gateway/token/public-key-algorithms.ts'
import { tellFailure } from './failure.ts'
import type { BackchannelLogout, Parts } from './routes-parts.ts'
import { callOf, problem } from './routes-parts.ts'

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
const MAX_LENGTH = 16_384
/** Of a logout token, which is made when it is sent. */
const MAX_AGE = '5 minutes'

/** Answers the provider's call that a session is over (OpenID Connect Back-Channel Logout 1.0, 2.5 to 2.8). */
export function createBackchannelLogout(parts: Parts): (request: Request) => Promise<Response> {
  const { options, settings } = parts
  let keys: { readonly url: string; readonly find: JWTVerifyGetKey } | undefined

  function keySet(url: string): JWTVerifyGetKey {
    if (keys?.url !== url) {
      const fetch = (address: string, init: RequestInit) => settings.fetch(address, init)
      keys = { url, find: createRemoteJWKSet(new URL(url), { [customFetch]: fetch }) }
    }
    return keys.find
  }

  async function verify(token: string): Promise<BackchannelLogout | null> {
    const server = await parts.provider.discover(callOf(parts))
    const { payload } = await jwtVerify(token, keySet(server.jwks_uri ?? ''), {
      algorithms: PUBLIC_KEY_ALGORITHMS,
      // Explicitly typed (2.4), so that no ID token passes for one.
      typ: 'logout+jwt',
      issuer: server.issuer,
      audience: options.clientId,
      maxTokenAge: MAX_AGE,
      requiredClaims: ['iat', 'exp', 'jti', 'events'],
      currentDate: new Date(settings.clock()),
    })
    const { sub = null, sid = null, events } = payload
    const isLogout = isJsonObject(events) && isJsonObject(events[EVENT]) && !('nonce' in payload)
    if (!isLogout || (sub === null && sid === null)) return null
    if (sid !== null && typeof sid !== 'string') return null
    return { sub, sid, claims: payload }
  }

  return async (request) => {
    if (!options.onBackchannelLogout) return problem(404, 'not_found')
    const body = await boundedText(request, MAX_LENGTH)
    if (body === null) return problem(413, 'invalid_request')
    const token = new URLSearchParams(body).get('logout_token') ?? ''
    const logout = await verify(token).catch((error) => {
      // A token that is no good says nothing of the provider; keys that cannot be had do.
      if (!(error instanceof errors.JOSEError)) tellFailure(parts, 'backchannel', error, request, token)
      return null
    })
    if (!logout) return problem(400, 'invalid_request')
    try {
      await options.onBackchannelLogout(logout)
    } catch (error) {
      tellFailure(parts, 'onBackchannelLogout', error, request, token)
      return problem(400, 'invalid_request')
    }
    return new Response(null, { status: 200, headers: { 'cache-control': 'no-store' } })
  }
}
