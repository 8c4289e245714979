import type { EndedEntry } from '../ended/feed.ts'
import type { JsonObject } from '../gateway/json-object.ts'
import { isJsonObject } from '../gateway/json-object.ts'
import { nameOfProviderSession } from '../held-session/provider-session.ts'
import type { SecurityEventOptions } from './options.ts'
import { meantBy } from './subject.ts'
import type { SecurityEventToken } from './verify.ts'
import { MAX_AGE } from './verify.ts'

const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/'
/** Of the stream itself (OpenID Shared Signals Framework 1.0, 8.1.4 and 8.1.5): received, and that is all. */
const OF_THE_STREAM = 'https://schemas.openid.net/secevent/ssf/event-type/'
const ALL = ['session-revoked', 'credential-change'] as const

/**
 * Does what a verified token says, once. An act is noted when it is done: a process that is stopped in between is told again, and
 * ends again what has ended.
 */
export async function act(token: SecurityEventToken, options: SecurityEventOptions): Promise<void> {
  const { store, issuer, endings, maxAge = MAX_AGE, clock = Date.now } = options
  const seen = `evergate:set:${await nameOfProviderSession(`${issuer} ${token.jti}`)}`
  if ((await store.get(seen)) !== null) return
  for (const entry of await entriesOf(token, options, clock())) await endings.end(entry)
  // As long as the token would be taken, and clocks may differ.
  await store.set(seen, '1', maxAge + 120)
}

/** The endings that a token tells of. `now` in milliseconds. */
async function entriesOf(
  token: SecurityEventToken,
  options: SecurityEventOptions,
  now: number,
): Promise<EndedEntry[]> {
  const { events = ALL, onIgnored } = options
  const entries: EndedEntry[] = []
  for (const [uri, event] of Object.entries(token.events)) {
    const kind = events.find((name) => uri === CAEP + name)
    const reason = kind && reasonOf(kind, event)
    if (!reason) {
      if (!uri.startsWith(OF_THE_STREAM)) onIgnored?.('event', token.claims)
      continue
    }
    // Before RFC 9493 each event had its subject.
    const subject = token.subject ?? (isJsonObject(event.subject) ? event.subject : null)
    const meant = subject && (await meantBy(subject, options))
    if (meant) entries.push({ ...meant, endedAt: momentOf(event, token, now), reason })
    else onIgnored?.('subject', token.claims)
  }
  return entries
}

/** CAEP 1.0, 3.1 and 3.3: a credential more ends nothing. */
function reasonOf(
  kind: (typeof ALL)[number],
  { credential_type: type, change_type: change }: JsonObject,
): string | null {
  if (kind === 'session-revoked') return 'session-revoked'
  if (change !== 'revoke' && change !== 'update' && change !== 'delete') return null
  return type === 'password' ? 'password-changed' : 'credential-change'
}

/** When it happened, in milliseconds: sessions that have begun since go on. Never in the future, and never long before the token. */
function momentOf(
  { event_timestamp: at }: JsonObject,
  { issuedAt }: SecurityEventToken,
  now: number,
): number {
  const seconds = typeof at === 'number' && at <= issuedAt && at > issuedAt - MAX_AGE ? at : issuedAt
  return Math.min(now, Math.floor(seconds * 1000))
}
