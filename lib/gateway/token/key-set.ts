import type { JSONWebKeySet, JWK, JWSHeaderParameters } from 'jose'
import { GatewayError } from '../errors.ts'
import { isJsonObject } from '../json-object.ts'
import type { Clock, Fetch, GatewaySettings } from '../options.ts'
import type { KeyLookup, KeySet } from './keys.ts'

export type { KeySet }

/** RFC 7518 names that a key of a set may be used with. Symmetric ones are never among them (RFC 8725 3.1). */
const PUBLIC_ALGORITHMS = new Set(['ES256', 'EdDSA', 'RS256', 'PS256'])
// RSA numbers in base64url, without zeros in front: 2048 bits or more, and an exponent of 17 or more of them. With the exponent
// 1 every message would be its own signature.
const STRONG_MODULUS = /^(?!AA).{342}/
const STRONG_EXPONENT = /^(?!AA).{4}/
const MAX_AGE = 300_000
const COOLDOWN = 5_000
const MIN_PAUSE = 250
const MIN_SECRET_BYTES = 32

const encoder = new TextEncoder()

/** Imports an HS256 secret of at least 32 bytes (RFC 7518 3.2); throws at once for a shorter one. */
export function importSecret(secret: string): Promise<CryptoKey> {
  const bytes = encoder.encode(secret)
  if (bytes.length < MIN_SECRET_BYTES)
    throw new GatewayError('invalid_option', `make each secret at least ${MIN_SECRET_BYTES} bytes long`)
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify'])
}

/** Shared-secret mode: HS256 and nothing else. */
function sharedSecret(secret: string): KeySet {
  const imported = importSecret(secret)
  return {
    edition: () => imported,
    ready: async () => true,
    find: async (header) =>
      header.alg === 'HS256' ? { result: 'found', key: await imported } : { result: 'unknown' },
  }
}

/** A key set given as configuration. */
export function localKeySet(jwks: JSONWebKeySet): KeySet {
  const keys = readKeySet(jwks)
  if (!keys) throw new GatewayError('invalid_option', 'a key set looks like {"keys":[…]} (RFC 7517)')
  return { edition: () => keys, ready: async () => true, find: async (header) => keys.find(header) }
}

/**
 * A key set published by the backend (RFC 7517). It is fetched when first needed, again in the background every
 * five minutes, and at once when a token names a key that is not in it. The last good set is kept through outages.
 */
export function remoteKeySet(source: { url: string; fetch: Fetch; clock: Clock; timeout: number }): KeySet {
  let current: LoadedKeys | undefined
  let loading: Promise<void> | undefined
  let succeededAt = Number.NEGATIVE_INFINITY
  let failedAt = Number.NEGATIVE_INFINITY
  let isFailing = false
  /** A failure that took long spares the next visitors as long. */
  let pause = MIN_PAUSE
  /** Every key that was ever published, with its algorithm. */
  const seen = new Map<string, string>()

  async function load(): Promise<void> {
    const startedAt = source.clock()
    try {
      const response = await source.fetch(source.url, {
        headers: { accept: 'application/json' },
        redirect: 'manual',
        cache: 'no-store',
        signal: AbortSignal.timeout(source.timeout),
      })
      const keys = response.ok ? readKeySet(await response.json()) : undefined
      // One without a key that can be used would make every good token a forgery.
      if (!keys?.byName.size) throw new Error('not a key set')
      current = keys
      succeededAt = source.clock()
      isFailing = false
      for (const { kid, alg } of keys.byName.values()) seen.set(kid, alg)
    } catch {
      failedAt = source.clock()
      isFailing = true
      pause = Math.max(MIN_PAUSE, failedAt - startedAt)
    }
  }

  function reload(): Promise<void> {
    loading ??= load().finally(() => {
      loading = undefined
    })
    return loading
  }

  /** A token that names another algorithm than its key's is a forgery, not a token from before. */
  const wasPublished = ({ kid = '', alg }: JWSHeaderParameters) => seen.has(kid) && seen.get(kid) === alg

  const since = (time: number) => Math.abs(source.clock() - time)

  async function ready(): Promise<boolean> {
    if (!current && since(failedAt) >= pause) await reload()
    return current !== undefined
  }

  return {
    edition: () => current,
    ready,
    async find(header, eager = false) {
      await ready()
      if (!current) return { result: 'unavailable' }
      const stale = since(succeededAt) >= MAX_AGE && since(failedAt) >= COOLDOWN
      if (stale) void reload()
      const lookup = current.find(header)
      if (lookup.result !== 'unknown') return lookup
      if (eager || (since(succeededAt) >= COOLDOWN && since(failedAt) >= COOLDOWN)) await reload()
      const again = current.find(header)
      if (again.result !== 'unknown') return again
      if (wasPublished(header)) return { result: 'retired' }
      // It may be the key that the set which cannot be had now would bring.
      return isFailing ? { result: 'unavailable' } : again
    },
  }
}

type LoadedKeys = {
  readonly byName: ReadonlyMap<string, VerificationKey>
  find(header: JWSHeaderParameters): KeyLookup
}

function readKeySet(input: unknown): LoadedKeys | undefined {
  if (!isJsonObject(input) || !Array.isArray(input.keys)) return
  const byName = new Map(input.keys.flatMap(readKey).map((key) => [key.kid, key]))
  return {
    byName,
    find({ kid, alg }) {
      const key = kid === undefined ? undefined : byName.get(kid)
      return key && key.alg === alg ? { result: 'found', key } : { result: 'unknown' }
    },
  }
}

type VerificationKey = JWK & { readonly kid: string; readonly alg: string }

/** A public signature key that names itself and fits one algorithm; anything else in the set is passed over. */
function readKey(input: unknown): VerificationKey[] {
  if (!isJsonObject(input)) return []
  const { kty, kid, use = 'sig', ...rest } = input
  const alg = rest.alg ?? impliedAlgorithm(kty, rest.crv)
  if (typeof kty !== 'string' || typeof kid !== 'string' || typeof alg !== 'string') return []
  if (kty === 'RSA' && !(STRONG_MODULUS.test(`${rest.n}`) && STRONG_EXPONENT.test(`${rest.e}`))) return []
  return use === 'sig' && PUBLIC_ALGORITHMS.has(alg) ? [{ ...rest, kty, kid, alg }] : []
}

function impliedAlgorithm(kty: unknown, crv: unknown): string | undefined {
  if (kty === 'RSA') return 'RS256'
  if (kty === 'EC' && crv === 'P-256') return 'ES256'
  return kty === 'OKP' && crv === 'Ed25519' ? 'EdDSA' : undefined
}

/** The key set that the options name. */
export function createKeySet(
  settings: Pick<GatewaySettings, 'keys' | 'fetch' | 'clock' | 'refreshTimeout'>,
): KeySet {
  const { keys, fetch, clock, refreshTimeout } = settings
  if ('find' in keys) return keys
  if ('secret' in keys) return sharedSecret(keys.secret)
  if ('jwks' in keys) return localKeySet(keys.jwks)
  return remoteKeySet({ url: keys.jwksUrl, fetch, clock, timeout: refreshTimeout })
}
