/** Stable codes of {@link GatewayError}. */
export type GatewayErrorCode = 'invalid_option' | 'session_in_cache' | 'session_ended' | 'body_too_large'

/** An error of the gateway: `code` is stable, `message` says what to do about it. */
export class GatewayError extends Error {
  readonly code: GatewayErrorCode

  constructor(code: GatewayErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'GatewayError'
    this.code = code
  }
}
