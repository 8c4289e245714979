import type { ServerResponse } from 'node:http'
import { isIP } from 'node:net'
import type { Request, Response } from 'express'
import type { z } from 'zod'
import type { Origin } from '../tokens/client.ts'
import type { Grant } from '../tokens/grant.ts'
import { KNOWN_FOR_S } from '../tokens/known-device.ts'
import type { RefreshTokenClaims, RefreshTokens } from '../tokens/refresh-token.ts'
import { presentedCookie, presentedRefreshToken, sessionCookie } from './cookies.ts'
import { ApiError, type FieldCode, fieldCodeOf } from './errors.ts'
import { sendJson } from './json.ts'

/**
 * The body in the shape of `schema`; members the schema does not name are dropped.
 *
 * @throws ApiError 415 for another media type, 422 with one code per bad field
 */
export function readBody<T>(req: Request, schema: z.ZodType<T>): T {
  const hasBody =
    req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0
  if (hasBody && req.body === undefined)
    throw new ApiError(415, 'unsupported_media_type', 'This media type is not understood here.')
  const parsed = schema.safeParse(req.body ?? {})
  if (parsed.success) return parsed.data
  throw badFields(parsed.error)
}

/** 422 with the first code of each field that a schema refuses. */
export function badFields({ issues }: z.ZodError): ApiError {
  const fields: Record<string, FieldCode> = {}
  for (const { path, message } of issues) fields[String(path[0] ?? 'body')] ??= fieldCodeOf(message)
  return invalidFields(fields)
}

/** 422 with one code per bad field. */
export function invalidFields(fields: Readonly<Record<string, FieldCode>>): ApiError {
  return new ApiError(422, 'invalid_request', 'Some fields are missing or not acceptable.', { fields })
}

const MAX_USER_AGENT = 256

/** Where the request came from, bounded: both values are the client's word as far as no trusted proxy vouches for them. */
export function originOf(req: Request): Origin {
  const claimed = req.ip ?? ''
  return {
    address: isIP(claimed) ? claimed : (req.socket.remoteAddress ?? ''),
    userAgent: (req.headers['user-agent'] ?? '').slice(0, MAX_USER_AGENT),
  }
}

/** The session named by the request's refresh cookie if this server made that token, whatever its age. */
export function presentedSession(
  req: Request,
  refreshTokens: Pick<RefreshTokens, 'verify'>,
): RefreshTokenClaims | undefined {
  const presented = presentedRefreshToken(req.headers.cookie)
  return presented.kind === 'one' ? refreshTokens.verify(presented.token) : undefined
}

/** The mark by which the auth server knows a browser again; undefined when there is none, or more than one. */
export function presentedDevice(req: Request): string | undefined {
  const presented = presentedCookie(req.headers.cookie, 'knownDevice')
  return presented.kind === 'one' ? presented.token : undefined
}

/**
 * Answers with tokens, in the body and as cookies, each in a header of its own.
 *
 * @param device - the mark of a browser that has signed in
 */
export function sendGrant(
  req: Request,
  res: ServerResponse,
  status: 200 | 201,
  grant: Grant,
  device?: string,
): void {
  // Asked once: Express looks at the addresses of all proxies each time.
  const { secure } = req
  for (const cookie of cookiesOf(grant, secure)) res.appendHeader('Set-Cookie', cookie)
  if (device) res.appendHeader('Set-Cookie', sessionCookie('knownDevice', device, KNOWN_FOR_S, secure))
  sendJson(res, status, bodyOf(grant))
}

/** The cookies that hand out tokens. */
export function cookiesOf(grant: Grant, secure: boolean): [access: string, refresh: string] {
  const { accessToken, refreshToken, expiresIn, refreshExpiresIn } = grant
  return [
    sessionCookie('accessToken', accessToken, expiresIn, secure),
    sessionCookie('refreshToken', refreshToken, refreshExpiresIn, secure),
  ]
}

/** The body that hands out tokens. */
export function bodyOf({ accessToken, refreshToken, expiresIn, userData }: Grant): object {
  return { accessToken, refreshToken, expiresIn, userData }
}

/** Clears both cookies, with the attributes they were set with. */
export function clearCookies(req: Request, res: Response): void {
  res.append('Set-Cookie', sessionCookie('accessToken', '', 0, req.secure))
  res.append('Set-Cookie', sessionCookie('refreshToken', '', 0, req.secure))
}
