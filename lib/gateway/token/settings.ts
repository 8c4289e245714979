import type { JSONWebKeySet } from 'jose'
import type { PublicAlgorithm, SharedAlgorithm } from './algorithms.ts'
import type { KeySet } from './keys.ts'

/**
 * Where the keys come from that access tokens are verified with. `alg` is the one algorithm that tokens may have. Default: HS256 for
 * a secret; for a key set, that of each key.
 */
export type AccessTokenKeys =
  /** At least as long as the hash of `alg`: text, or bytes as `base64:…` or `hex:…`. */
  | { readonly secret: string; readonly alg?: SharedAlgorithm }
  | { readonly jwks: JSONWebKeySet; readonly alg?: PublicAlgorithm }
  | { readonly jwksUrl: string; readonly alg?: PublicAlgorithm }

/** The settings that the gateway's own signatures and seals are derived from. */
export type SecretSettings = {
  /** The first signs and seals, all of them verify and open. Empty: one derived from `keys.secret`. */
  readonly gatewaySecrets: readonly string[]
  readonly keys: AccessTokenKeys | KeySet
}
