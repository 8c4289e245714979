/** Every `error` code this server answers with. The list is part of the contract with its clients. */
export type ErrorCode =
  | 'device_binding_required'
  | 'email_taken'
  | 'factor_exists'
  | 'forbidden'
  | 'insufficient_user_authentication'
  | 'invalid_code'
  | 'invalid_credentials'
  | 'invalid_link'
  | 'invalid_passkey'
  | 'invalid_refresh_token'
  | 'invalid_request'
  | 'invalid_step'
  | 'invalid_token'
  | 'method_not_allowed'
  | 'no_passkeys'
  | 'no_refresh_token'
  | 'no_second_factor'
  | 'not_found'
  | 'own_account'
  | 'payload_too_large'
  | 'refresh_token_expired'
  | 'refresh_token_reused'
  | 'second_factor_required'
  | 'server_busy'
  | 'server_error'
  | 'session_revoked'
  | 'temporarily_unavailable'
  | 'too_many_factors'
  | 'too_many_requests'
  | 'unauthenticated'
  | 'unsupported_media_type'

/** The fault of a field of the body or the query. The list is part of the contract with clients, as that of errors is. */
export type FieldCode = (typeof FIELD_CODES)[number]

const FIELD_CODES = [
  'control_characters',
  'empty',
  'invalid',
  'not_a_number',
  'not_an_address',
  'not_roles',
  'not_text',
  'out_of_range',
  'too_common',
  'too_long',
  'too_personal',
  'too_short',
] as const

/** The code that a schema has given as its message; `invalid` for a rule without one. */
export function fieldCodeOf(message: string): FieldCode {
  return FIELD_CODES.find((code) => code === message) ?? 'invalid'
}

/** Optional parts of a refusal besides its code and text. */
export interface ErrorExtras {
  /** Response headers, for example `WWW-Authenticate`. */
  readonly headers?: Readonly<Record<string, string>>
  /** One code per bad field of the body. */
  readonly fields?: Readonly<Record<string, FieldCode>>
  /** Goes on with a sign-in that is half finished. */
  readonly step?: string
  /** The proofs that it can be gone on with. */
  readonly ways?: readonly string[]
  /** The parts that are not ready (`/readyz`). */
  readonly notReady?: readonly string[]
}

/** An answer other than success. Thrown by a route, written by the error handler of `app.ts`. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly code: ErrorCode
  readonly extras: ErrorExtras

  constructor(status: number, code: ErrorCode, description: string, extras: ErrorExtras = {}) {
    super(description)
    this.status = status
    this.code = code
    this.extras = extras
  }
}

/** 503 with the advice to come back: the caller must never read it as "signed out". */
export function temporarilyUnavailable(description: string, extras: ErrorExtras = {}): ApiError {
  return new ApiError(503, 'temporarily_unavailable', description, {
    ...extras,
    headers: { ...extras.headers, 'Retry-After': '1' },
  })
}

/** 503: too many passwords wait to be checked. Nothing was looked at, and nothing counted. */
export function serverBusy(): ApiError {
  return new ApiError(503, 'server_busy', 'Too many people sign in just now. Try again in a moment.', {
    headers: { 'Retry-After': '1' },
  })
}
