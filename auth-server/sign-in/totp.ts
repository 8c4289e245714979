import { Secret, TOTP } from 'otpauth'

/** Seconds for which a code is shown (RFC 6238 5.2). */
const PERIOD_S = 30

/** Bytes of a secret: as many as its HMAC has (RFC 4226 4, R6). */
export const TOTP_SECRET_BYTES = 20

const withSecret = (secret: Uint8Array, name = '', account = '') =>
  new TOTP({
    issuer: name,
    label: account,
    // A copy, as long as the secret: a Buffer is a view of a larger piece of memory.
    secret: new Secret({ buffer: Uint8Array.from(secret).buffer }),
    algorithm: 'SHA1',
    digits: 6,
    period: PERIOD_S,
  })

/** A secret in the forms that authenticator apps take: text to type, and a URI for a QR code. */
export function totpSetUp(
  secret: Uint8Array,
  name: string,
  account: string,
): { readonly secret: string; readonly uri: string } {
  const totp = withSecret(secret, name, account)
  return { secret: totp.secret.base32, uri: totp.toString() }
}

/**
 * The time step of a code: of this moment, the one before, or the one after (RFC 6238 5.2 and 6). Undefined for a wrong code.
 *
 * @param now - milliseconds since 1970
 */
export function totpStep(secret: Uint8Array, code: string, now: number): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined
  const delta = withSecret(secret).validate({ token: code, timestamp: now, window: 1 })
  return delta === null ? undefined : Math.floor(now / 1000 / PERIOD_S) + delta
}

/** The code of a moment, for tests. */
export function totpCode(secret: string, now: number): string {
  return new TOTP({ secret: Secret.fromBase32(secret), period: PERIOD_S }).generate({ timestamp: now })
}
