import type { RequestHandler } from 'express'
import { presentedCookie, presentedRefreshToken } from '../http/cookies.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { ApiError } from '../http/errors.ts'
import { originOf, sendGrant } from '../http/http.ts'
import type { Tracing } from '../observe/tracing/tracing.ts'
import type { Origin } from '../tokens/client.ts'
import type { Grant } from '../tokens/grant.ts'
import {
  type RefreshParts,
  type RefreshResult,
  type RefusalCode,
  refresh,
  refused,
} from '../tokens/refresh.ts'

const descriptions: Record<RefusalCode, string> = {
  invalid_refresh_token: 'The refresh token is not one of this server.',
  refresh_token_expired: 'The session has reached its idle or absolute limit.',
  refresh_token_reused: 'The refresh token had been used before; the session was ended for safety.',
  session_revoked: 'The session has been ended.',
}

/** The cookie in which a gateway hands on the proof of a device, as it came from the browser. */
const DEVICE_PROOF = '__Host-device-proof'

/** The parts that this route works with. */
export interface RefreshRouteParts extends RefreshParts {
  /** Answers undefined as long as nobody collects spans. */
  readonly tracing?: () => Pick<Tracing, 'rotation'> | undefined
}

/** Answers a refresh, given the `Cookie` header and where the request came from. @throws ApiError */
export type Refreshes = (cookies: string | undefined, origin: Origin) => Promise<Grant>

/** Tells a gateway whether it may repeat a call, and how long it may answer stragglers by itself. */
export const GRACE_HEADER = 'Refresh-Grace'

/** See {@link Refreshes}. The cookie is all it takes, and a second one with the proof of a device. */
export function refreshesWith(services: RefreshRouteParts): Refreshes {
  const rotate = (run: () => Promise<RefreshResult>) => services.tracing?.()?.rotation(run) ?? run()

  return async (cookies, origin) => {
    const presented = presentedRefreshToken(cookies)
    if (presented.kind === 'absent')
      throw new ApiError(401, 'no_refresh_token', 'The request carries no refresh token.')
    const device = presentedCookie(cookies, DEVICE_PROOF)
    const proof = device.kind === 'one' ? device.token : undefined
    const result: RefreshResult =
      presented.kind === 'ambiguous'
        ? refused({ reason: 'ambiguous' })
        : await rotate(() => refresh(services, presented.token, origin, proof))
    if (result.kind === 'refused') {
      const { userId, ...refusal } = result.refusal
      services.audit({ event: 'refresh-refused', ...refusal }, { ...(userId && { userId }), ...origin })
      throw new ApiError(403, result.code, descriptions[result.code])
    }
    if (result.kind === 'unproven') {
      // A gateway takes 428 (RFC 6585 3) for trouble that may pass, and signs nobody out.
      const status = result.passing ? 428 : 403
      throw new ApiError(status, result.code, 'The session is renewed by its own device alone.')
    }
    return result.grant
  }
}

/** `POST /refreshtoken`: a body is not read. */
export function refreshRoute(services: RefreshRouteParts): Endpoint[] {
  const grantOf = refreshesWith(services)
  const grace = String(services.settings.refreshGrace)
  const refreshToken: RequestHandler = async (req, res) => {
    res.setHeader(GRACE_HEADER, grace)
    sendGrant(req, res, 200, await grantOf(req.headers.cookie, originOf(req)))
  }
  return [{ name: 'refresh', method: 'post', path: '/refreshtoken', handlers: [refreshToken] }]
}
