import type { JSONWebKeySet, JWSHeaderParameters } from 'jose'
import { GatewayError } from '../errors.ts'
import type { OnEvent } from '../events/events.ts'
import type { Clock, Fetch } from '../platform.ts'
import type { SharedAlgorithm } from './algorithms.ts'
import { importSecret } from './algorithms.ts'
import type { KeySet } from './keys.ts'
import type { KeySettings, LoadedKeys } from './read-key-set.ts'
import { readKeySet } from './read-key-set.ts'
import { secretBytes } from './secret-bytes.ts'
import type { AccessTokenKeys } from './settings.ts'

export type { KeySet }

const MAX_AGE = 300_000
const COOLDOWN = 5_000
const MIN_PAUSE = 250

/** Shared-secret mode: one algorithm and nothing else. */
function sharedSecret(secret: string, alg: SharedAlgorithm = 'HS256'): KeySet {
  const imported = importSecret(secretBytes(secret), alg)
  return {
    edition: () => imported,
    ready: async () => true,
    find: async (header) =>
      header.alg === alg ? { result: 'found', key: await imported } : { result: 'unknown' },
  }
}

/** A key set given as configuration. */
export function localKeySet(jwks: JSONWebKeySet, settings: KeySettings): KeySet {
  const keys = readKeySet(jwks, settings)
  if (!keys) throw new GatewayError('invalid_option', 'a key set looks like {"keys":[…]} (RFC 7517)')
  const ready = () => keys.ready
  return { edition: () => keys, ready, find: (header) => keys.ready.then(() => keys.find(header)) }
}

/**
 * A key set published by the backend (RFC 7517). It is fetched when first needed, again in the background every
 * five minutes, and at once when a token names a key that is not in it. The last good set is kept through outages.
 */
export function remoteKeySet(
  source: KeySettings & { url: string; fetch: Fetch; clock: Clock; timeout: number },
): KeySet {
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
      const keys = response.ok ? readKeySet(await response.json(), source) : undefined
      // One without a key that can be used would make every good token a forgery.
      if (!keys || !(await keys.ready)) throw new Error('not a key set')
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

/** The settings that say which keys verify access tokens, and how they are fetched. */
export type KeySourceSettings = {
  readonly keys: AccessTokenKeys | KeySet
  readonly fetch: Fetch
  readonly clock: Clock
  /** Milliseconds that one fetch may take. */
  readonly refreshTimeout: number
  readonly onEvent: OnEvent
}

/** The key set that the options name. */
export function createKeySet(settings: KeySourceSettings): KeySet {
  const { keys, fetch, clock, refreshTimeout } = settings
  if ('find' in keys) return keys
  if ('secret' in keys) return sharedSecret(keys.secret, keys.alg)
  const { onEvent } = settings
  const how = { alg: keys.alg, onEvent, told: new Set<string>() }
  if ('jwks' in keys) return localKeySet(keys.jwks, how)
  return remoteKeySet({ ...how, url: keys.jwksUrl, fetch, clock, timeout: refreshTimeout })
}
