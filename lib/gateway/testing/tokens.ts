import { resolveOptions } from '../options.ts'
import { readAccessToken } from '../token/access-token.ts'
import { createKeySet } from '../token/key-set.ts'
import type { TokenState } from '../token/state.ts'
import type { Algorithm, Issuer } from './issuer.ts'
import { ALGORITHMS, createIssuer, goodClaims } from './issuer.ts'

/** When the tokens of these tests are issued, in seconds. */
export const NOW = 1_900_000_000
export const CLAIMS = goodClaims(NOW)

/** One issuer for each algorithm. */
export const ISSUERS = Object.fromEntries(
  await Promise.all(ALGORITHMS.map(async (alg) => [alg, await createIssuer(alg)])),
) as Record<Algorithm, Issuer>

export const issuer = ISSUERS.ES256

/** Reads a token as a gateway that trusts `by` would, at `now`. */
export function read(
  token: string | undefined,
  { by = issuer, now = NOW, renewBefore = 30 } = {},
): Promise<TokenState> {
  const settings = resolveOptions({ remoteApi: 'http://backend.test', keys: by.keys, renewBefore })
  return readAccessToken(token, { ...settings, keys: createKeySet(settings) }, now)
}

export const invalid = (reason: string): TokenState => ({ state: 'invalid', reason })
