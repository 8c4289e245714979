/** RFC 8725 3.1: signatures that only the holder of a private key can make. Tokens of providers and transmitters have one of these. */
export const PUBLIC_KEY_ALGORITHMS = [
  'RS256',
  'PS256',
  'ES256',
  'EdDSA',
  'Ed25519',
  'RS384',
  'PS384',
  'ES384',
  'RS512',
  'PS512',
  'ES512',
]
