/** Why a session ends, by the code that the backend gives; in the words of the README's table. */
const REASONS = new Map([
  ['refresh_token_expired', 'idle for too long, or at its absolute limit'],
  ['session_revoked', 'ended elsewhere, by a changed password, or by an administrator'],
  ['refresh_token_reused', 'an old refresh token came back: somebody else may have a copy'],
  ['invalid_refresh_token', 'the refresh token is not from this auth server'],
  ['device_key_missing', 'cookies of this session were shown without its key: it goes on where the key is'],
  ['device_binding_required', 'the session was not bound to a device'],
  ['signed_out', 'this browser had signed out'],
])

export const reasonInWords = (code: string) => REASONS.get(code) ?? 'refused by the backend'
