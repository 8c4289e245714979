import type { JWK, JWSHeaderParameters } from 'jose'
import type { OnEvent } from '../events/events.ts'
import { isJsonObject } from '../json-object.ts'
import type { PublicAlgorithm } from './algorithms.ts'
import { importPublicKey, isPublicAlgorithm } from './algorithms.ts'
import type { KeyLookup } from './keys.ts'

// RSA numbers in base64url, without zeros in front: 2048 bits or more, and an exponent of 17 or more of them. With the exponent
// 1 every message would be its own signature.
const STRONG_MODULUS = /^(?!AA).{342}/
const STRONG_EXPONENT = /^(?!AA).{4}/

export type KeySettings = {
  /** The one algorithm of access tokens; undefined: that of each key. */
  readonly alg?: PublicAlgorithm | undefined
  readonly onEvent: OnEvent
  /** Refused keys that were told of, each with the cause. */
  readonly told: Set<string>
}

export type LoadedKeys = {
  readonly byName: ReadonlyMap<string, VerificationKey>
  /** Whether one of the keys can be used; nothing is found before. */
  readonly ready: Promise<boolean>
  find(header: JWSHeaderParameters): KeyLookup
}

type VerificationKey = JWK & { readonly kid: string; readonly alg: PublicAlgorithm }

/** Undefined for anything that is no key set. */
export function readKeySet(
  input: unknown,
  { alg: wanted, onEvent, told }: KeySettings,
): LoadedKeys | undefined {
  if (!isJsonObject(input) || !Array.isArray(input.keys)) return
  const byName = new Map(input.keys.flatMap((key) => readKey(key, wanted)).map((key) => [key.kid, key]))
  const good = new Map<VerificationKey, CryptoKey>()

  /** A runtime that refuses the key says so. */
  async function tryOut(key: VerificationKey): Promise<void> {
    const { kid, alg } = key
    try {
      good.set(key, await importPublicKey(key, alg))
    } catch (error) {
      const message = `${error}`
      if (!told.has(kid + message)) onEvent({ type: 'key.refused', kid, alg, message })
      told.add(kid + message)
    }
  }

  return {
    byName,
    ready: Promise.all([...byName.values()].map(tryOut)).then(() => good.size > 0),
    find({ kid, alg }) {
      const named = kid === undefined ? undefined : byName.get(kid)
      if (named?.alg !== alg || !named) return { result: 'unknown' }
      const key = good.get(named)
      // A token of a key that this runtime refuses may be a good one.
      return key ? { result: 'found', key } : { result: 'unavailable' }
    },
  }
}

/** A public signature key that names itself and fits one algorithm; anything else in the set is passed over. */
function readKey(input: unknown, wanted: PublicAlgorithm | undefined): VerificationKey[] {
  if (!isJsonObject(input)) return []
  const { kty, kid, use = 'sig', ...rest } = input
  const alg = rest.alg ?? impliedAlgorithm(kty, rest.crv, wanted)
  if (typeof kty !== 'string' || typeof kid !== 'string' || !isPublicAlgorithm(alg)) return []
  if (kty === 'RSA' && !(STRONG_MODULUS.test(`${rest.n}`) && STRONG_EXPONENT.test(`${rest.e}`))) return []
  return use === 'sig' && alg === (wanted ?? alg) ? [{ ...rest, kty, kid, alg }] : []
}

function impliedAlgorithm(kty: unknown, crv: unknown, wanted = ''): string {
  if (kty === 'RSA') return /^[RP]S/.test(wanted) ? wanted : 'RS256'
  return crv === 'Ed25519' ? 'EdDSA' : `${crv}`.replace('P-', 'ES').replace('521', '512')
}
