import type { Answer, Situation } from '../decision/policy.ts'
import type { RequestKind } from '../request/kind.ts'
import type { Excess } from '../request/size.ts'

/**
 * The part of an event that is about its request. Never a token, a cookie's value or a query string; a path is told as it was
 * sent, so nothing that opens a door belongs into one.
 */
export type EventSubject = {
  /** The session (`sid`), which names it and opens nothing; null when the request told none that can be believed. */
  readonly sid: string | null
  /** The trace-id of W3C Trace Context: the browser's, or of the trace that a renewal began; null when there is neither. */
  readonly traceId: string | null
  readonly method: string
  /** Without the query, and without the `basePath`. */
  readonly path: string
  readonly kind: RequestKind
}

/** The state of the token that a request was judged by, or the proof in its place. */
export type PresentedToken = Situation['token'] | 'proof'

/** The decision, and its grounds. */
type Decided = EventSubject & {
  /** The state of the access token that the browser presented; `proof`: it renews a bound session, by a proof of its device. */
  readonly token: PresentedToken
  readonly answer: Answer
}

/** The life of the access token that the request goes on with, in seconds since the epoch. */
type TokenLife = { readonly issuedAt: number; readonly expiresAt: number }

/** One for each request that the gateway has decided on. */
export type SessionEvent =
  /** The access token was good. */
  | (Decided &
      TokenLife & {
        readonly type: 'session.active'
        /** When its signature was checked: now, or within the last minute. */
        readonly verified: 'now' | 'cached'
      })
  /** The request goes on with new tokens. */
  | (Decided &
      TokenLife & {
        readonly type: 'session.renewed'
        /** Milliseconds of the request that the renewal took. */
        readonly waited: number
        /** Whether another request's call has brought them. */
        readonly shared: boolean
      })
  /** There is no session, and there was none. */
  | (Decided & { readonly type: 'session.anonymous' })
  /** The session is over. */
  | (Decided & {
      readonly type: 'session.ended'
      /** The backend's word for it, that of `revocation`, or `signed_out`. */
      readonly reason: string
      /** Milliseconds of the request that the renewal took. */
      readonly waited: number
    })
  /** The session could be neither renewed nor refused. */
  | (Decided & {
      readonly type: 'session.degraded'
      /** As in `backend.unavailable`. */
      readonly reason: string
      /** Milliseconds of the request that the renewal took. */
      readonly waited: number
    })

/** An event that the gateway reports to `onEvent`. */
export type GatewayEvent =
  | SessionEvent
  /** A token that no key of the backend has signed, or that says something it must not. `reason` names the check. */
  | (EventSubject & { readonly type: 'access-token.invalid'; readonly reason: string })
  /** Another site sent a request that changes something. */
  | (EventSubject & { readonly type: 'origin.refused' })
  /** A path of more than 2,048 characters, or a body larger than `maxBodySizes` allows, by its `Content-Length`. */
  | (EventSubject & { readonly type: 'request.refused'; readonly reason: Excess })
  /**
   * Over plain http: session cookies that this gateway cannot have issued, so those of another app on this host. They are left
   * alone, and nobody is signed in. Told once.
   */
  | (EventSubject & {
      readonly type: 'cookies.foreign'
      /** The first of them. */
      readonly names: readonly string[]
    })
  /** An answer of the backend is missing or of no use. */
  | {
      readonly type: 'backend.unavailable'
      /** `no_answer`, `status_503`, `keys_unavailable`, … */
      readonly reason: string
      readonly traceId: string | null
    }
  /** Code of yours has thrown, a `backend` or `onBackchannelLogout` for example; or a call to another server, of the proxy or to an OpenID provider. */
  | {
      readonly type: 'backend.failed'
      /** Of the error and its cause, behind the place of the error unless that is `refresh`. Tokens are left out, here and in `stack`. */
      readonly message: string
      readonly stack: string
      readonly traceId: string | null
    }
  /** Tokens that the backend has just issued are of no use here. The message names what does not fit, and what to set. */
  | {
      readonly type: 'backend.misfit'
      /** The check that failed, as in `access-token.invalid`; or `expired`, `refresh_token_length`. */
      readonly reason: string
      readonly message: string
    }
  /** A key that access tokens are verified with cannot be used here; nothing is said of its tokens. Told once. */
  | {
      readonly type: 'key.refused'
      readonly kid: string
      readonly alg: string
      /** The cause. */
      readonly message: string
    }
  /** No renewal calls the backend for a while; then one does, to see whether it is back. */
  | {
      readonly type: 'breaker.opened'
      /** Milliseconds. */
      readonly pause: number
      /** The failure that was one too many: as in `backend.unavailable`. */
      readonly reason: string
      /** The sessions whose renewals are spared: `unknown` are those that no token vouches for that was verified. */
      readonly sessions: 'all' | 'unknown'
    }
  /** Somebody has signed out, and the session is over here; the backend may not know. */
  | {
      readonly type: 'backend.sign-out-failed'
      /** `no_answer`, `status_500`, … */
      readonly reason: string
      readonly traceId: string | null
    }
  /** The backend is back. */
  | { readonly type: 'breaker.closed' }
  /** Answers of this path do not reach the browser with their cookies: its refresh token keeps coming, and the next one never did. */
  | (EventSubject & { readonly type: 'renewal.undelivered' })
  /** By a token it has just issued, the backend's clock is so many seconds behind the gateway's (negative: ahead). */
  | { readonly type: 'clock.skewed'; readonly seconds: number }
  /** With it the session's cookies would have so many bytes, more than servers accept; the session goes on without. */
  | { readonly type: 'user-data.left-out'; readonly bytes: number; readonly sid: string }
  /**
   * The feed has not told for so many seconds which sessions have ended, longer than `revocation` tolerates. Rules with `freshness: 'strict'`
   * answer 503 meanwhile. Told once.
   */
  | {
      readonly type: 'revocation.stale'
      /** `no_answer`, `status_401`, `misfit`, … */
      readonly reason: string
      readonly seconds: number
    }
  /** From now on a key of the device is needed to renew this session. */
  | (EventSubject & {
      readonly type: 'device.bound'
      /** That of the key. */
      readonly alg: string
    })
  /** The browser could not renew a bound session, by its own word in `Secure-Session-Skipped`. */
  | (EventSubject & {
      readonly type: 'device.skipped'
      /** `quota_exceeded`, `server_error`, `unreachable`, … */
      readonly reason: string
    })
  /**
   * Somebody has asked to renew a bound session, or to bind one, with a proof that its device has not made. `reason` names the check that
   * failed.
   */
  | (EventSubject & {
      readonly type: 'device.proof-invalid'
      readonly reason: 'malformed' | 'typ' | 'alg' | 'key' | 'signature' | 'aud' | 'challenge'
    })
  /** A browser has the cookies of a bound session, and not its key: a thief, or a device that has lost it. The session goes on elsewhere. */
  | (EventSubject & { readonly type: 'device.lost' })
  /**
   * No session can be bound: `domain` is set, the browser comes over `http`, or access tokens live too short for what browsers let a
   * site renew (`access_token_life`). With `access_token_quota` sessions are bound, and several tabs may be too many. Told once for each.
   * The message names what to set.
   */
  | {
      readonly type: 'device.misfit'
      readonly reason: 'domain' | 'http' | 'access_token_life' | 'access_token_quota'
      readonly message: string
    }
  /** The feed of ended sessions answers again, and nothing is missing. */
  | { readonly type: 'revocation.caught-up' }
  /**
   * The feed of ended sessions says what cannot be: `shape` is of another form than documented, `cursor` one that was there before,
   * `future` has not happened yet, `size` is more than is kept. Told once for each until it is right again.
   */
  | { readonly type: 'revocation.misfit'; readonly reason: 'shape' | 'cursor' | 'future' | 'size' }

/** Told of each event. */
export type OnEvent = (event: GatewayEvent) => void
