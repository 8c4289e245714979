import type { EndedOptions } from '../ended/ended-by.ts'
import { endedBy } from '../ended/ended-by.ts'
import type { EndedEntry } from '../ended/feed.ts'
import type { Revocation } from '../gateway/decision/revocation.ts'
import { nameOfProviderSession } from '../held-session/provider-session.ts'
import type { SharedStore } from '../held-session/shared-flight.ts'
import { createSharedLog } from './shared-log.ts'

/** Options of {@link sharedEndings}. */
export type SharedEndingsOptions = EndedOptions & {
  /** Three functions over a store that all processes share, as `oauth2Backend()` takes them. */
  readonly store: SharedStore
  /** Seconds in which a session that has ended is refused its renewal: as long as a refresh token may live. Default 2592000, 30 days. */
  readonly rememberFor?: number
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly clock?: () => number
}

/** The session that {@link SharedEndings.isEnded} is asked about. */
export type RenewingSession = {
  readonly sub: string
  readonly sid: string
  readonly providerSid: string | null
  /** When it began, in seconds since the epoch; null: nobody knows. */
  readonly beganAt: number | null
}

/** Ended sessions, in a store that all processes share: one process is told, and all know it within `every`. */
export type SharedEndings = {
  /** For `createGateway()` and `honourEnded()`. */
  readonly revocation: Revocation
  /** For `oauth2Backend()`: refuses the next renewal, also weeks later. */
  readonly isEnded: (session: RenewingSession) => Promise<boolean>
  /** For `createSignInRoutes()`. */
  readonly onBackchannelLogout: (logout: {
    readonly sid: string | null
    readonly sub: string | null
  }) => Promise<void>
  /** Ends sessions: one by its `sid` (the provider's, or the gateway's), or a person's by `sub`. */
  readonly end: (entry: EndedEntry) => Promise<void>
}

const PREFIX = 'evergate:is-ended'

/**
 * Keeps what has ended in a store that all processes share, for an OpenID provider's back-channel logout and for security events.
 *
 * @example
 * const endings = sharedEndings({ store })
 * export const { GET, POST } = createSignInRoutes({ ...provider, url, onBackchannelLogout: endings.onBackchannelLogout })
 * export const middleware = createGateway({
 *   backend: oauth2Backend({ ...provider, isEnded: endings.isEnded }),
 *   revocation: endings.revocation,
 * })
 */
export function sharedEndings(options: SharedEndingsOptions): SharedEndings {
  const { store, rememberFor = 2_592_000, clock = Date.now, ...following } = options
  const log = createSharedLog(store)

  async function end(entry: EndedEntry): Promise<void> {
    // A session bears the provider's name where its tokens are the provider's own, and a name made of it where they are the gateway's.
    const entries =
      'sid' in entry ? [entry, { ...entry, sid: await nameOfProviderSession(entry.sid) }] : [entry]
    // The answer to a renewal first: whoever is stopped in between has the call repeated.
    await remember(entry)
    for (const each of entries) await log.add(each)
  }

  async function remember(entry: EndedEntry): Promise<void> {
    if (entry.renew) return
    const key = await ('sid' in entry ? keyOf('sid', entry.sid) : keyOf('sub', entry.sub))
    // A later end of the same person's sessions takes more of them.
    const before = Number((await store.get(key)) ?? 0)
    if (before < entry.endedAt) await store.set(key, String(entry.endedAt), rememberFor)
  }

  const endOf = async (kind: 'sid' | 'sub', name: string) =>
    Number((await store.get(await keyOf(kind, name))) ?? 0)

  return {
    revocation: endedBy(log.ended, following),
    end,
    async isEnded({ sub, sid, providerSid, beganAt }) {
      const names = providerSid === null ? [sid] : [sid, providerSid]
      const [ofUser, ...ofSession] = await Promise.all([
        endOf('sub', sub),
        ...names.map((name) => endOf('sid', name)),
      ])
      return ofSession.some((endedAt) => endedAt > 0) || (beganAt ?? 0) * 1000 < ofUser
    },
    async onBackchannelLogout({ sid, sub }) {
      const told = { endedAt: clock(), reason: 'backchannel-logout' }
      if (sid !== null) await end({ sid, ...told })
      else if (sub !== null) await end({ sub, ...told })
    },
  }
}

/** No key holds what it says of a person. */
const keyOf = async (kind: 'sid' | 'sub', name: string) =>
  `${PREFIX}:${kind}:${await nameOfProviderSession(name)}`
