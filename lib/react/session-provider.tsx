'use client'

import type { ReactNode } from 'react'
import {
  createContext,
  createElement,
  useContext,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import type { SessionClient, SessionClientOptions } from '../client/client.ts'
import { createSessionClient } from '../client/client.ts'
import type { SessionState } from '../client/state.ts'

const Client = createContext<SessionClient | null>(null)

/** The provider that is mounted, for `sessionFetch()`. */
let mounted: SessionClient | null = null

/** Props of {@link SessionProvider}: what follows the session, and what may ask for it. */
export type SessionProviderProps = Omit<SessionClientOptions, 'fetch' | 'clock'> & {
  readonly children: ReactNode
}

/**
 * Follows the session for everything below it; one for an app, in its root layout. Pass `session` from the server, and
 * nothing is asked at first; a later page that brings another one is followed. URLs and `warnBefore` are those of the
 * first rendering, callbacks those of the last.
 *
 * @example
 * const session = await getSession()
 * return <SessionProvider session={session}>{children}</SessionProvider>
 */
export function SessionProvider({ children, ...options }: SessionProviderProps): ReactNode {
  const { session } = options
  const latest = useRef(options)
  const [client] = useState(() =>
    createSessionClient({
      ...options,
      onSessionEnd: (reason) => latest.current.onSessionEnd?.(reason),
      onSessionEnding: (secondsLeft) => latest.current.onSessionEnding?.(secondsLeft),
    }),
  )
  useEffect(() => {
    latest.current = options
  })
  useEffect(() => {
    const stop = client.start()
    mounted = client
    return () => {
      stop()
      mounted = null
    }
  }, [client])
  useEffect(() => {
    if (session !== undefined) client.tell(session)
  }, [client, session])
  return createElement(Client.Provider, { value: client }, children)
}

/**
 * What this tab knows of the session: `status`, `user`, `expiresAt`, `endsAt`, and more by status.
 *
 * @example
 * const session = useSession()
 * return session.user ? <p>{session.user.id}</p> : <a href="/login">Sign in</a>
 */
export function useSession(): SessionState {
  const client = useContext(Client)
  if (!client) throw new Error('useSession() needs a <SessionProvider> above it')
  return useSyncExternalStore(client.subscribe, client.getState, client.getState)
}

/**
 * `fetch` for the app's own routes: on a 401 it renews the session, once across all tabs, and repeats the request, once.
 * In the browser; outside of a `<SessionProvider>` it renews for itself.
 */
export const sessionFetch: typeof fetch = (input, init) =>
  (mounted ?? createSessionClient()).fetch(input, init)
