import type { Renewal } from './renewal.ts'
import { patience, renewNow } from './renewal.ts'
import { sessionFetch } from './session-fetch.ts'
import type { EndReason, SessionInfo, SessionState } from './state.ts'
import type { Event } from './step.ts'
import { newTab, step } from './step.ts'
import type { Tabs } from './tabs.ts'
import { openTabs } from './tabs.ts'
import { watchPage } from './watch-page.ts'

/** Options of {@link createSessionClient}. */
export type SessionClientOptions = {
  /** Answers 200 with a {@link SessionInfo}, or 401. Default `/api/session`. */
  readonly sessionUrl?: string | undefined
  /** Renews on POST: 200 with fresh cookies, or 401. Default `/api/refreshresttokens`. */
  readonly renewUrl?: string | undefined
  /** The session that came with the page: then the first question is left out. null: no one is signed in. */
  readonly session?: SessionInfo | null | undefined
  /** Seconds before the absolute limit from which the session ends soon. Default 300. */
  readonly warnBefore?: number | undefined
  /** Called once in each tab when a session that was known here has ended. */
  readonly onSessionEnd?: ((reason: EndReason) => void) | undefined
  /** Called once in each tab when the session ends soon. */
  readonly onSessionEnding?: ((secondsLeft: number) => void) | undefined
  /** Default: the browser's. */
  readonly fetch?: typeof fetch | undefined
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly clock?: (() => number) | undefined
}

/** The session as one tab knows it; made by {@link createSessionClient}. */
export type SessionClient = {
  /** The same object until something changes. */
  getState(): SessionState
  /** @returns what ends it. */
  subscribe(listener: () => void): () => void
  /** Like the browser's `fetch`; on a 401 it renews the session and repeats the request, each once. */
  readonly fetch: typeof fetch
  /** Hands over what the server said with a later page, such as the one after a sign-in. */
  tell(session: SessionInfo | null): void
  /** Begins to follow the session: asks about it when needed, hears other tabs, keeps time. @returns what ends it. */
  start(): () => void
}

/**
 * Follows the session of this origin in one tab, together with the other tabs. It holds no token and reads no cookie:
 * it knows what `sessionUrl` answers. Being offline, or an outage, never makes anybody signed out.
 *
 * @example
 * const session = createSessionClient({ onSessionEnd: () => location.assign('/login') })
 * session.subscribe(() => console.log(session.getState().status))
 * session.start()
 * await session.fetch('/api/backend/notes', { method: 'POST', body: 'milk' })
 */
export function createSessionClient(options: SessionClientOptions = {}): SessionClient {
  const { sessionUrl = '/api/session', renewUrl = '/api/refreshresttokens', warnBefore = 300 } = options
  const send: typeof fetch = options.fetch ?? ((...request) => fetch(...request))
  const clock = options.clock ?? Date.now
  const listeners = new Set<() => void>()
  let tab = newTab()
  let tabs: Tabs | null = null
  let hasWarned = false
  let timer: ReturnType<typeof setTimeout> | undefined
  if (options.session !== undefined) dispatch({ type: 'told', session: options.session })

  function dispatch(event: Event): void {
    const before = tab.state
    const next = step(tab, event, clock(), warnBefore)
    // Before it has been started it only learns.
    tab = tabs || !next.ask ? next.tab : { ...next.tab, need: 'now', question: 'none' }
    if (tabs) {
      if (next.tell) tabs.tell(next.tell)
      clearTimeout(timer)
      if (next.tickIn !== null) timer = setTimeout(dispatch, next.tickIn, { type: 'tick' })
      if (next.ask) question().then(dispatch)
    }
    if (tab.state !== before) announce(before, tab.state)
  }

  function announce(before: SessionState, after: SessionState): void {
    for (const listener of listeners) listener()
    if (after.status === 'signed-out') {
      hasWarned = false
      if (after.reason && before.user) options.onSessionEnd?.(after.reason)
    }
    if (after.status === 'signed-in' && after.endsSoon && !hasWarned) {
      hasWarned = true
      options.onSessionEnding?.(Math.ceil((after.endsAt as number) - (clock() + tab.offset) / 1000))
    }
  }

  async function question(): Promise<Event> {
    try {
      const response = await send(sessionUrl, { cache: 'no-store', signal: patience() })
      if (response.ok) return { type: 'answered', session: await response.json() }
      if (response.status === 401 && response.headers.get('x-session') !== 'degraded')
        return { type: 'answered', session: null }
    } catch {}
    return { type: 'unanswered' }
  }

  async function renew(): Promise<Renewal> {
    const renewal = await renewNow(send, renewUrl)
    if (renewal === 'renewed') dispatch({ type: 'renewed' })
    else if (renewal === 'ended') dispatch({ type: 'told', session: null })
    else tabs?.tell(renewal)
    return renewal
  }

  async function renewOnce(since: number): Promise<Renewal> {
    if (tab.state.status === 'signed-out') return 'ended'
    return tabs ? tabs.renewOnce(since, renew) : renew()
  }

  function seen(response: Response): Response {
    const outcome = response.headers.get('x-session')
    if (outcome === 'renewed') dispatch({ type: 'renewed' })
    else if (outcome === 'active') dispatch({ type: 'reached' })
    return response
  }

  return {
    getState: () => tab.state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    fetch: (input, init) =>
      sessionFetch({ send, mark: () => (tabs ? tabs.mark() : 0), renew: renewOnce, seen }, input, init),
    tell: (session) => dispatch({ type: 'told', session }),
    start() {
      const opened = openTabs(`evergate:${sessionUrl}`, (news) => dispatch({ type: 'heard', news }))
      tabs = opened
      const unwatch = watchPage(dispatch)
      // The page brought its session before any listener was there.
      if (tab.state.status === 'signed-out') opened.tell('ended')
      else if (tab.state.status === 'signed-in') opened.tell('signed-in')
      return () => {
        unwatch()
        clearTimeout(timer)
        opened.close()
        tabs = null
      }
    },
  }
}
