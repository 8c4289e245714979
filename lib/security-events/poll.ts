import { isJsonObject } from '../gateway/json-object.ts'
import { withDeadline } from '../gateway/renewal/deadline.ts'
import { act } from './act.ts'
import type { SecurityEventOptions } from './options.ts'
import { SecurityEventError } from './options.ts'
import { createVerifier } from './verify.ts'

/** Options of {@link pollSecurityEvents}. */
export type PollOptions = SecurityEventOptions & {
  /** The transmitter's address for polls. */
  readonly endpoint: string
  /** The `Authorization` header that it asks for, as a whole: `Bearer …`. */
  readonly authorization: string
}

/** Polls of a transmitter. */
export type SecurityEventPolls = {
  /** Fetches and does what is there, until there is no more. Throws what has gone wrong. */
  once(): Promise<void>
  /** Goes on until `signal` is aborted, one call at a time, each of which waits for an event. Never throws. */
  follow(signal: AbortSignal): Promise<void>
}

const MAX_BYTES = 4_194_304
const MAX_EVENTS = 100
/** Milliseconds of a call; one that waits is answered within the time that proxies bear. */
const CALL = 60_000
const SHORTEST_PAUSE = 1_000
const LONGEST_PAUSE = 60_000

type Errors = Record<string, { err: string; description: string }>

/**
 * Fetches security event tokens from a transmitter (RFC 8417, RFC 8936), for receivers that nobody can reach, and ends the sessions that
 * they name.
 *
 * @example instrumentation.ts
 * const [issuer, audience, jwksUrl] = ['https://provider.example', 'https://app.example', 'https://provider.example/jwks']
 * const [endpoint, authorization] = ['https://provider.example/poll', `Bearer ${process.env.EVENTS_SECRET}`]
 * const endings = sharedEndings({ store })
 * const polls = pollSecurityEvents({ endpoint, authorization, issuer, audience, keys: { jwksUrl }, endings, store })
 * export const register = () => void polls.follow(new AbortController().signal)
 */
export function pollSecurityEvents(options: PollOptions): SecurityEventPolls {
  const { endpoint, authorization, onError, fetch = (url, init) => globalThis.fetch(url, init) } = options
  const verify = createVerifier(options)
  /** The next call tells the transmitter these: the tokens that were taken, and those that were not. */
  let ack: string[] = []
  let setErrs: Errors = {}

  async function call(returnImmediately: boolean, signal?: AbortSignal): Promise<boolean> {
    const told = { ack, setErrs }
    const body = JSON.stringify({ maxEvents: MAX_EVENTS, returnImmediately, ...told })
    const answer = await withDeadline(CALL, async (deadline) => {
      const abort = new AbortController()
      for (const each of [deadline, signal]) each?.addEventListener('abort', () => abort.abort(each.reason))
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json', accept: 'application/json' },
        body,
        redirect: 'manual',
        cache: 'no-store',
        signal: abort.signal,
      })
      if (response.status !== 200) throw new Error(`the transmitter answered ${response.status}`)
      const text = await response.text()
      if (text.length > MAX_BYTES) throw new Error('the transmitter answered too much')
      return JSON.parse(text) as unknown
    })
    ack = ack.slice(told.ack.length)
    setErrs = {}
    const { sets, moreAvailable } = isJsonObject(answer) ? answer : {}
    if (!isJsonObject(sets)) throw new Error('the transmitter answered something else')
    for (const [jti, token] of Object.entries(sets).slice(0, MAX_EVENTS)) await take(jti, token)
    return moreAvailable === true || ack.length > 0 || Object.keys(setErrs).length > 0
  }

  async function take(jti: string, token: unknown): Promise<void> {
    try {
      const verified = await verify(typeof token === 'string' ? token : '')
      if (verified.jti !== jti) throw new SecurityEventError('invalid_request', 'jti')
      await act(verified, options)
      ack.push(jti)
    } catch (error) {
      // A token that could not be acted on stays with the transmitter.
      if (!(error instanceof SecurityEventError)) throw error
      setErrs = { ...setErrs, [jti]: { err: error.code, description: error.message } }
    }
  }

  return {
    async once() {
      while (await call(true));
    },
    async follow(signal) {
      for (let failures = 0; !signal.aborted; ) {
        const startedAt = Date.now()
        try {
          const more = await call(ack.length > 0 || Object.keys(setErrs).length > 0, signal)
          failures = 0
          // A transmitter that knows no waiting must not be asked without a pause.
          if (!more) await pause(SHORTEST_PAUSE - (Date.now() - startedAt), signal)
        } catch (error) {
          if (signal.aborted) return
          failures += 1
          onError?.(error)
          await pause(Math.min(LONGEST_PAUSE, SHORTEST_PAUSE * 2 ** failures), signal)
        }
      }
    },
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (milliseconds <= 0 || signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, milliseconds)
    ;(timer as { unref?: () => void }).unref?.()
    signal.addEventListener('abort', end)
  })
}
