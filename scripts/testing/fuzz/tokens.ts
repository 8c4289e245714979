import { createHmac } from 'node:crypto'

/** When the tokens of signed-tokens.json were issued; their private keys are gone. */
export const NOW = 1_900_000_000
export const SECRET = 'a secret for fuzzing that is long enough'
export const CLAIMS = {
  iss: 'evergate',
  aud: 'evergate-app',
  sub: 'user-1',
  sid: 'session-1',
  iat: NOW,
  exp: NOW + 900,
  jti: 'token-1',
  roles: ['user'],
}

const encode = (part: unknown) =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url')

/** A compact JWS of whatever header and payload, with an HMAC of this key. */
export function hs256(header: unknown, payload: unknown, key: string | Buffer = SECRET): string {
  const input = `${encode(header)}.${encode(payload)}`
  return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`
}
