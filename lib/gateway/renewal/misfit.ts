import { tokenPart } from '../token/token-part.ts'

/** Reasons that lie in the settings of gateway or backend, and not in one person's session. */
const OF_SETTINGS = new Set([
  'malformed',
  'header_refused',
  'unknown_key',
  'signature',
  'typ',
  'claim_iss',
  'claim_aud',
])

/** Whether the next session would meet the same. */
export const isOfSettings = (reason: string): boolean => OF_SETTINGS.has(reason.replace('issued_token_', ''))

/** Whether the answers of the backend do not fit, so that waiting alone does not help. */
export const isMisfit = (reason: string): boolean =>
  /^(issued_token_|malformed_answer|backend_failed|no_person|status_40[45])/.test(reason)

/** The settings that a backend's tokens must meet. */
export type FitSettings = {
  readonly issuer: string
  readonly audience: string
  readonly maxRefreshTokenBytes: number
}

/** Says in one line how the token of a backend does not fit, and what to set. It holds nothing that opens a door. */
export function explainMisfit(
  reason: string,
  accessToken: string,
  { issuer, audience, maxRefreshTokenBytes }: FitSettings,
): string {
  const [header, claims] = [tokenPart(accessToken, 0), tokenPart(accessToken, 1)]
  switch (reason) {
    case 'typ':
      return `the access token has typ ${show(header?.typ)}, expected "at+jwt": use apiBackend, docs/backends`
    case 'claim_iss':
      return `iss is ${show(claims?.iss)}, expected "${issuer}": set TOKEN_ISSUER`
    case 'claim_aud':
      return `aud is ${show(claims?.aud)}, expected "${audience}": set TOKEN_AUDIENCE`
    case 'signature':
    case 'unknown_key':
      return `no key verifies the access token (alg ${show(header?.alg)}, kid ${show(header?.kid)}): set ETLS_ACCESS or JWKS_URL`
    case 'refresh_token_length':
      return `the refresh token has more than ${maxRefreshTokenBytes} bytes: set maxRefreshTokenBytes`
    case 'expired':
      return 'the access token had ended when it came: set both clocks by NTP'
    case 'malformed':
      return 'the access token is no JWT: use apiBackend, docs/backends'
    default:
      return `${reason.replace('_', ' ')} of the access token is missing or wrong: docs/backend.md`
  }
}

/** A value for the log: short, and on one line. */
const show = (value: unknown) => `${JSON.stringify(value)}`.slice(0, 64)
