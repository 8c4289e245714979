import type { OnEvent } from '../events/events.ts'
import type { Fetch } from '../platform.ts'
import { traceIdOf } from '../request/traceparent.ts'
import type { KeySet } from '../token/key-set.ts'
import type { Backend, RefreshAnswer, RefreshContext } from './backend.ts'
import { checkAnswer, lost, unavailable } from './backend.ts'
import type { CallReport } from './breaker.ts'
import { cookieBackend } from './cookie-backend.ts'
import { untilAborted } from './deadline.ts'
import { failureEvent } from './failure.ts'
import { isOfSettings } from './misfit.ts'
import type { RetrySettings } from './retries.ts'
import { askAgain, MAX_TRIES } from './retries.ts'

/** The answer to a refresh token, after as many tries as it took. */
export type Heard = {
  readonly answer: RefreshAnswer
  /** No answer came for half the budget: a call that began late and was cut off says no more than one that failed. */
  readonly isSilent: boolean
}

/** Calls the backend with a refresh token, once or with its retries; `signal` ends it. Never throws. */
export type Call = (
  refreshToken: string,
  context: RefreshContext,
  how: { readonly once: boolean; readonly signal: AbortSignal },
) => Promise<Heard>

/** The settings that calling a backend needs. */
export type CallSettings = RetrySettings & {
  /** Undefined: the one at `remoteApi` that answers by cookies. */
  readonly backend: Backend | undefined
  readonly remoteApi: string
  /** Milliseconds that a call may take, its retries included. */
  readonly refreshTimeout: number
  readonly fetch: Fetch
  readonly onEvent: OnEvent
}

/** The one place that calls a backend for a renewal. */
export function createCall(settings: CallSettings, keys: KeySet): Call {
  const { clock, fetch, onEvent, refreshTimeout, remoteApi } = settings
  const { backend = cookieBackend({ remoteApi, repeat: true }) } = settings

  return async (refreshToken, context, { once, signal }) => {
    const startedAt = clock()
    let calledAt = startedAt

    const callOnce = async (): Promise<RefreshAnswer> => {
      calledAt = clock()
      try {
        const call = backend.refresh({ refreshToken }, { ...context, fetch, signal, now: calledAt / 1000 })
        return checkAnswer(await untilAborted(call, signal))
      } catch (error) {
        if (signal.aborted) return lost('no_answer')
        onEvent(failureEvent(error, refreshToken, traceIdOf(context.traceparent)))
        return lost('backend_failed')
      }
    }
    // Without keys the answer could not be verified, and a rotation that nobody may use would be lost.
    const isReady = await untilAborted(keys.ready(), signal).catch(() => false)
    const limits = { tries: once ? 1 : MAX_TRIES, deadline: startedAt + refreshTimeout }
    const answer = isReady ? await askAgain(callOnce, settings, limits) : unavailable('keys_unavailable')
    return { answer, isSilent: signal.aborted && (clock() - calledAt) * 2 >= refreshTimeout }
  }
}

/** The backend's health by an answer. `misfit`: the reason why its tokens are of no use. */
export function endOf({ answer, isSilent }: Heard, misfit = ''): CallReport['end'] {
  if (answer.result === 'rotated')
    return misfit === '' ? 'rotated' : isOfSettings(misfit) ? 'misfit' : 'failed'
  // An answer that blames the request comes from a backend that works (RFC 9110 15.5).
  if (answer.result === 'refused' || (answer.alive ?? answer.reason.startsWith('status_4'))) return 'alive'
  if (isSilent) return 'silent'
  return answer.reason === 'no_answer' ? 'lost' : 'failed'
}
