import type { JSONWebKeySet } from 'jose'
import type { EndedEntry } from '../ended/feed.ts'
import type { JsonObject } from '../gateway/json-object.ts'
import type { Fetch } from '../gateway/platform.ts'
import type { SharedStore } from '../held-session/shared-flight.ts'

/** A subject that a transmitter names (RFC 9493): `format`, and what that needs. */
export type SubjectIdentifier = JsonObject

/** Whom a subject means here. */
export type Meant = { readonly sid: string } | { readonly sub: string }

/** Options of {@link receiveSecurityEvents} and {@link pollSecurityEvents}. */
export type SecurityEventOptions = {
  /** The transmitter: `iss` of its tokens. */
  readonly issuer: string
  /** This receiver: `aud` of its tokens. */
  readonly audience: string
  /** The transmitter's public keys, or where they are (`jwks_uri` of its configuration; `https:`, or `http:` on this machine). */
  readonly keys: { readonly jwks: JSONWebKeySet } | { readonly jwksUrl: string }
  /** The part that ends sessions here: `sharedEndings({ store })`. */
  readonly endings: { readonly end: (entry: EndedEntry) => Promise<void> }
  /** Where it is kept which tokens have been seen: the store of the endings. */
  readonly store: SharedStore
  /** The events that end sessions; others are received, and end nothing. Default both. */
  readonly events?: readonly ('session-revoked' | 'credential-change')[]
  /** The issuer that subjects of the format `iss_sub` must have: the one whose `sub` sessions here have. Default `issuer`. */
  readonly subjectIssuer?: string
  /**
   * Whom a subject of another format means: an e-mail address, say, or one that only your table knows. Null: nobody here.
   * Default: `iss_sub` and `opaque` are understood, nothing else.
   */
  readonly subjectOf?: (subject: SubjectIdentifier) => Promise<Meant | null>
  /** Seconds after `iat` in which a token is taken. Default 86400. */
  readonly maxAge?: number
  /** Told of a token that was right and has ended nothing. Default nobody. */
  readonly onIgnored?: (reason: 'event' | 'subject', claims: JsonObject) => void
  /** Told the cause when keys, the store, `subjectOf` or a poll has failed. The token is not lost: it comes again. Default nobody. */
  readonly onError?: (error: unknown) => void
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly clock?: () => number
  /** Default: the runtime's. */
  readonly fetch?: Fetch
}

/** Why a token is not taken: an error code of RFC 8935 2.4. */
export type RefusalCode = 'invalid_request' | 'invalid_key' | 'invalid_issuer' | 'invalid_audience'

/** A token that is not taken. `code` is stable; the message says nothing of the token. */
export class SecurityEventError extends Error {
  override readonly name = 'SecurityEventError'
  readonly code: RefusalCode

  constructor(code: RefusalCode, message: string) {
    super(message)
    this.code = code
  }
}
