import type { Check } from '../check.ts'
import { when } from '../check.ts'
import type { Backend } from './backend.ts'

type Jwk = Readonly<Record<string, unknown>>

/** Undefined for anything that is not a key set. */
function keysOf({ settings, keySet }: Backend): readonly Jwk[] | undefined {
  const isObject = (key: unknown) => typeof key === 'object' && key !== null
  try {
    const text = keySet?.result === 'answered' && keySet.status === 200 ? keySet.body : undefined
    const set = 'jwks' in settings.keys ? settings.keys.jwks : JSON.parse(text ?? '')
    return Array.isArray(set.keys) ? set.keys.filter(isObject) : undefined
  } catch {
    return undefined
  }
}

const isUsable = ({ kty, kid, use = 'sig' }: Jwk) =>
  ['RSA', 'EC', 'OKP'].includes(String(kty)) && typeof kid === 'string' && use === 'sig'

/** The keys that verify access tokens, published by the backend or given as `JWKS`. */
export const keySetChecks: readonly Check<Backend>[] = [
  {
    id: 'jwks-unreachable',
    title: 'the key set can be had',
    level: 'error',
    run: (backend) => {
      const { keySet, refresh } = backend
      // Said already, of the same machine.
      if (
        !keySet ||
        (refresh.result === 'failed' && new URL(refresh.url).origin === new URL(keySet.url).origin)
      )
        return []
      const what =
        keySet.result === 'failed'
          ? `cannot be reached: ${keySet.reason}`
          : `answers ${keySet.status} without a key set`
      return when(
        !keysOf(backend),
        `${keySet.url} ${what}.`,
        'Publish {"keys":[…]} there (RFC 7517), or set JWKS_URL to where it is.',
      )
    },
  },
  {
    id: 'jwks-empty',
    title: 'the key set has a key to verify with',
    level: 'error',
    run: (backend) => {
      const keys = keysOf(backend)
      return when(
        keys && !keys.some((key) => isUsable(key) || key.kty === 'oct'),
        'The key set has no signature key with a kid: no token can be verified.',
        'Publish the public key with kty, kid and alg; or set ETLS_ACCESS if tokens are signed with a shared secret.',
      )
    },
  },
  {
    id: 'jwks-private',
    title: 'the key set holds public keys alone',
    level: 'error',
    run: (backend) =>
      when(
        keysOf(backend)?.some((key) => key.kty !== 'oct' && 'd' in key),
        'The key set holds a private key: everybody can sign tokens.',
        'Publish the public members only, and replace that key today.',
      ),
  },
  {
    id: 'jwks-symmetric',
    title: 'the key set holds no shared secret',
    level: 'error',
    run: (backend) =>
      when(
        keysOf(backend)?.some(({ kty }) => kty === 'oct'),
        'The key set holds a symmetric key (kty oct): everybody can sign with it.',
        'Take it out, replace it, and sign with ES256.',
      ),
  },
]
