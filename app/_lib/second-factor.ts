/** Whether people may set up second factors: the app is told by the variable of the auth server. */
export const hasTotp = () => ['on', 'totp'].includes(process.env.SECOND_FACTOR ?? '')
export const hasPasskeys = () => ['on', 'passkeys'].includes(process.env.SECOND_FACTOR ?? '')
export const hasSecondFactor = () => hasTotp() || hasPasskeys()

/** Whether `/admin` asks for two factors: by `ADMIN_SECOND_FACTOR=on`, and not without it. */
export const asksAdminsForTwo = () => process.env.ADMIN_SECOND_FACTOR === 'on'

/** `acr` of a session that began with two factors. */
export const TWO_FACTORS = 'urn:evergate:two-factors'

/** Refusals of the auth server, for the person. */
const SENTENCES: Record<string, string> = {
  invalid_code: 'This code is wrong, or was used before. Wait for the next one.',
  invalid_step: 'This took too long. Begin again.',
  invalid_passkey: 'This passkey could not be used. Try another way.',
  invalid_credentials: 'This is not your password. Try again.',
  too_many_requests: 'Too many attempts. Wait a moment, then try again.',
  too_many_factors: 'You have enough of these. Remove one first.',
  factor_exists: 'This is set up already.',
  not_found: 'This is gone already.',
  invalid_token: 'This session has ended. Sign in again.',
  unauthenticated: 'This session has ended. Sign in again.',
}
export const UNAVAILABLE =
  'The auth server does not answer right now. Nothing was changed: try again in a moment.'
export const sentenceOf = (code: string) => SENTENCES[code] ?? UNAVAILABLE
