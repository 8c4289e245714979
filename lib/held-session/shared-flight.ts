import type { GatewaySettings } from '../gateway/options.ts'
import type { RefreshAnswer } from '../gateway/renewal/backend.ts'
import { lost, unavailable } from '../gateway/renewal/backend.ts'
import { failureEvent } from '../gateway/renewal/failure.ts'
import type { Sealer } from '../gateway/token/sealed.ts'

/**
 * A store that several processes share, such as Redis. Keys are hashes; what it keeps is sealed, or says that somebody is at it.
 *
 * @example
 * const store: SharedStore = {
 *   add: async (key, value, seconds) => (await redis.set(key, value, { NX: true, EX: seconds })) !== null,
 *   get: (key) => redis.get(key),
 *   set: async (key, value, seconds) => void (await redis.set(key, value, { EX: seconds })),
 * }
 */
export type SharedStore = {
  /** Sets a value for so many seconds, if there is none yet; whether it did. Must be atomic. */
  add(key: string, value: string, seconds: number): Promise<boolean>
  get(key: string): Promise<string | null>
  set(key: string, value: string, seconds: number): Promise<void>
}

const BUSY = 'busy'
/** Seconds; stragglers of all processes get the same answer, as those of one get it for ten. */
const MEMORY = 30
const MEMORY_OF_FAILURE = 1
const POLL = 50

/**
 * Does work once for a refresh token among all processes; the others get its answer. A store that cannot be asked makes
 * the session unavailable, which signs nobody out; two calls with one token might.
 */
export async function sharedFlight(
  parts: { readonly store: SharedStore; readonly sealer: Sealer; readonly settings: GatewaySettings },
  refreshToken: string,
  signal: AbortSignal,
  work: () => Promise<RefreshAnswer>,
): Promise<RefreshAnswer> {
  const { store, sealer, settings } = parts
  try {
    const key = `evergate:refresh:${await hashOf(refreshToken)}`
    const busyFor = Math.ceil(settings.refreshTimeout / 1000) + 1
    while (!signal.aborted) {
      if (await store.add(key, BUSY, busyFor)) return await workAndTell(key)
      const found = await store.get(key)
      if (found !== null && found !== BUSY) {
        const opened = await sealer.open('answer+jwe', found)
        return opened ? (opened.answer as RefreshAnswer) : unavailable('store_unreadable')
      }
      await settings.wait(POLL)
    }
  } catch (error) {
    tell(error)
    return unavailable('store_unavailable')
  }
  return unavailable('store_busy')

  function tell(error: unknown): void {
    settings.onEvent(failureEvent(error, refreshToken, null, 'store: '))
  }

  async function workAndTell(key: string): Promise<RefreshAnswer> {
    const answer = await work().catch(() => lost('no_answer'))
    const seconds = answer.result === 'unavailable' ? MEMORY_OF_FAILURE : MEMORY
    // The process that has the answer goes on with it, also when the others cannot be told.
    await sealer
      .seal('answer+jwe', { answer })
      .then((sealed) => store.set(key, sealed, seconds))
      .catch(tell)
    return answer
  }
}

async function hashOf(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
