import { after } from 'next/server'
import { GatewayError } from '../gateway/errors.ts'
import type { EndingSession } from '../gateway/signal/when-session-ends.ts'
import { whenSessionEnds } from '../gateway/signal/when-session-ends.ts'
import type { AccessTokenClaims } from '../gateway/token/claims.ts'
import { currentSettings } from './current-request.ts'

/** The part of `getSession()` that is needed here. */
type SessionOfApp = Omit<AccessTokenClaims, 'subject'> & {
  readonly user: { readonly id: string }
  readonly endsAt: number | null
}

/** Options of {@link sessionSignal}. */
export type SessionSignalOptions = {
  /**
   * Whether the signal aborts with the access token, too: for what must not go on without another look at the session. A renewal does not
   * prolong it. Default false.
   */
  readonly endsWithToken?: boolean
}

/**
 * An `AbortSignal` that aborts when the session ends, as `session.signal` is, or with its access token, too. For what goes on after a
 * route handler has answered: server-sent events, downloads, calls. Its `reason` is a `GatewayError` with the code `session_ended`. It
 * stops watching when the answer is complete.
 *
 * @example
 * const session = await requireSession()
 * const signal = sessionSignal(session, { endsWithToken: true })
 * signal.addEventListener('abort', () => console.log('closed'))
 */
export function sessionSignal(session: SessionOfApp, options: SessionSignalOptions = {}): AbortSignal {
  const { user, ...rest } = session
  return signalOf({ ...rest, subject: user.id }, options)
}

/** The same for a session that was verified in this request. */
export function signalOf(
  session: EndingSession,
  { endsWithToken = false }: SessionSignalOptions = {},
): AbortSignal {
  const controller = new AbortController()
  const { clock } = currentSettings()
  const abort = () => controller.abort(ended())
  const endsAt = 'endsAt' in session ? session.endsAt : null
  const end = Math.min(endsAt ?? Infinity, endsWithToken ? session.expiresAt : Infinity)
  if (end * 1000 <= clock()) abort()
  else stopAfterAnswer(whenSessionEnds(session, abort, { endsWithToken, clock }))
  return controller.signal
}

const ended = () =>
  new GatewayError('session_ended', 'The session has ended: what was open for it is closed.')

/** Once the answer is complete, nobody needs the signal, and a watch until the session's end would be kept for weeks. */
function stopAfterAnswer(stop: () => void): void {
  try {
    after(stop)
  } catch {
    // Outside of a request of Next nobody tells when that is.
  }
}
