import type { RequestHandler } from 'express'
import { presentedRefreshToken } from '../cookies.ts'
import type { Endpoint } from '../endpoint.ts'
import { ApiError } from '../errors.ts'
import { originOf, sendGrant } from '../http.ts'
import type { Services } from '../services.ts'
import { type RefusalCode, refresh } from '../tokens/refresh.ts'

const descriptions: Record<RefusalCode, string> = {
  invalid_refresh_token: 'The refresh token is not one of this server.',
  refresh_token_expired: 'The session has reached its idle or absolute limit.',
  refresh_token_reused: 'The refresh token had been used before; the session was ended for safety.',
  session_revoked: 'The session has been ended.',
}

/** `POST /refreshtoken`: the cookie is all it takes; a body is not read. */
export function refreshRoute(services: Services): Endpoint[] {
  const refreshToken: RequestHandler = async (req, res) => {
    const presented = presentedRefreshToken(req.headers.cookie)
    if (presented.kind === 'absent')
      throw new ApiError(401, 'no_refresh_token', 'The request carries no refresh token.')
    if (presented.kind === 'ambiguous') throw refusal('invalid_refresh_token')
    const result = await refresh(services, presented.token, originOf(req))
    if (result.kind === 'refused') throw refusal(result.code)
    sendGrant(req, res, 200, result.grant)
  }
  return [{ name: 'refresh', method: 'post', path: '/refreshtoken', handlers: [refreshToken] }]
}

function refusal(code: RefusalCode): ApiError {
  return new ApiError(403, code, descriptions[code])
}
