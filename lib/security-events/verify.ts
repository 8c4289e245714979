import type { JWTPayload, JWTVerifyGetKey } from 'jose'
import { createLocalJWKSet, createRemoteJWKSet, customFetch, errors, jwtVerify } from 'jose'
import type { JsonObject } from '../gateway/json-object.ts'
import { isJsonObject } from '../gateway/json-object.ts'
import { PUBLIC_KEY_ALGORITHMS } from '../gateway/token/public-key-algorithms.ts'
import { isCompactJws } from '../gateway/token/verify-jwt.ts'
import type { SecurityEventOptions } from './options.ts'
import { SecurityEventError } from './options.ts'

/** Bytes of a token. */
export const MAX_LENGTH = 16_384
const MAX_NAME = 512
/** Seconds that the transmitter's clock may be ahead. */
const AHEAD = 60
export const MAX_AGE = 86_400

/** A security event token of which everything has been looked at (RFC 8417 2.2). Times in seconds. */
export type SecurityEventToken = {
  readonly jti: string
  readonly issuedAt: number
  /** By their URIs. */
  readonly events: Readonly<Record<string, JsonObject>>
  /** `sub_id` of the token (RFC 9493 4.1); null when each event has its own. */
  readonly subject: JsonObject | null
  readonly claims: JsonObject
}

/** Verifies tokens of one transmitter. Keys that cannot be had throw what the fetch has thrown: that says nothing of the token. */
export function createVerifier(
  options: SecurityEventOptions,
): (token: string) => Promise<SecurityEventToken> {
  const { issuer, audience, clock = Date.now, maxAge = MAX_AGE } = options
  const find = keysOf(options)

  return async (token) => {
    if (token.length > MAX_LENGTH || !isCompactJws(token))
      throw new SecurityEventError('invalid_request', 'no compact JWS')
    const now = clock()
    let payload: JWTPayload
    try {
      const verified = await jwtVerify(token, find, {
        algorithms: PUBLIC_KEY_ALGORITHMS,
        // Explicitly typed (RFC 8417 2.3), so that no other token of the issuer passes for one.
        typ: 'secevent+jwt',
        issuer,
        audience,
        requiredClaims: ['iat', 'jti', 'events'],
        currentDate: new Date(now),
      })
      payload = verified.payload
    } catch (error) {
      throw refusalOf(error)
    }
    const { jti = '', iat = 0, events, sub_id: subject } = payload
    if (typeof jti !== 'string' || jti === '' || jti.length > MAX_NAME)
      throw new SecurityEventError('invalid_request', 'jti')
    if (!Number.isFinite(iat) || iat > now / 1000 + AHEAD || iat < now / 1000 - maxAge)
      throw new SecurityEventError('invalid_request', 'iat')
    // An ID token has one, and a security event token never.
    if ('nonce' in payload) throw new SecurityEventError('invalid_request', 'nonce')
    if (subject !== undefined && !isJsonObject(subject))
      throw new SecurityEventError('invalid_request', 'sub_id')
    return { jti, issuedAt: iat, events: eventsIn(events), subject: subject ?? null, claims: payload }
  }
}

function eventsIn(events: unknown): Record<string, JsonObject> {
  const entries = isJsonObject(events) ? Object.entries(events) : []
  if (entries.length === 0) throw new SecurityEventError('invalid_request', 'events')
  return Object.fromEntries(
    entries.map(([uri, event]) => {
      if (!isJsonObject(event)) throw new SecurityEventError('invalid_request', 'events')
      return [uri, event]
    }),
  )
}

function keysOf({
  keys,
  fetch = (url, init) => globalThis.fetch(url, init),
}: SecurityEventOptions): JWTVerifyGetKey {
  if ('jwks' in keys) return createLocalJWKSet(keys.jwks)
  return createRemoteJWKSet(new URL(keys.jwksUrl), {
    [customFetch]: (url, init) => fetch(url, init as RequestInit),
  })
}

function refusalOf(error: unknown): unknown {
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'iss') return new SecurityEventError('invalid_issuer', 'iss')
    if (error.claim === 'aud') return new SecurityEventError('invalid_audience', 'aud')
    return new SecurityEventError('invalid_request', error.claim)
  }
  if (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JWSSignatureVerificationFailed
  )
    return new SecurityEventError('invalid_key', 'signature')
  // Keys that cannot be had, or are none, are the transmitter's trouble or the network's.
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return error
  return error instanceof errors.JOSEError && error.code !== 'ERR_JOSE_GENERIC'
    ? new SecurityEventError('invalid_request', 'no security event token')
    : error
}
