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
import type { SessionInfo, SessionState } from '../client/state.ts'

const Client = createContext<SessionClient | null>(null)

/** The provider that is mounted, for `sessionFetch()`. */
let mounted: SessionClient | null = null

/** Props of {@link SessionProvider}: what follows the session, and what may ask for it. */
export type SessionProviderProps = Omit<SessionClientOptions, 'fetch' | 'clock' | 'session'> & {
  /**
   * The session that came with the page, or a promise of it: then the page does not wait, `status` is `loading` until it is
   * kept, and nothing is asked. null: nobody is signed in. undefined: it is asked for.
   */
  readonly session?: Told | Promise<Told>
  readonly children: ReactNode
}

type Told = SessionInfo | null | undefined

const isPromised = (session: Told | Promise<Told>): session is Promise<Told> => session instanceof Promise

/**
 * Follows the session for everything below it; one for an app, in its root layout. Pass `session` from the server, and
 * nothing is asked at first; a later page that brings another one is followed. URLs and `warnBefore` are those of the
 * first rendering, callbacks those of the last.
 *
 * @example
 * return <SessionProvider session={sessionForBrowser()}>{children}</SessionProvider>
 */
export function SessionProvider({ children, ...options }: SessionProviderProps): ReactNode {
  const { session } = options
  const latest = useRef(options)
  const [client] = useState(() =>
    createSessionClient({
      ...options,
      session: isPromised(session) ? undefined : session,
      onSessionEnd: (reason) => latest.current.onSessionEnd?.(reason),
      onSessionEnding: (secondsLeft) => latest.current.onSessionEnding?.(secondsLeft),
    }),
  )
  useEffect(() => {
    latest.current = options
  })
  useEffect(() => {
    // null: it is gone, and begins nothing more.
    let stop: (() => void) | null | undefined
    const start = () => {
      if (stop !== null) stop = client.start()
    }
    mounted = client
    const { session: first } = latest.current
    // A turn after it has been told: before that, it would ask. React's own promises chain nothing.
    if (isPromised(first)) Promise.all([first]).then(start, start)
    else start()
    return () => {
      stop?.()
      stop = mounted = null
    }
  }, [client])
  useEffect(() => {
    const tell = (told: Told) => {
      if (latest.current.session === session && told !== undefined) client.tell(told)
    }
    if (isPromised(session)) session.then(tell, () => {})
    else tell(session)
  }, [client, session])
  return createElement(Client.Provider, { value: client }, children)
}

/**
 * The session as this tab knows it: `status`, `user`, `expiresAt`, `endsAt`, and more by status.
 *
 * @example
 * const session = useSession()
 * return session.user ? <p>{session.user.id}</p> : <a href="/login">Sign in</a>
 */
export function useSession(): SessionState {
  const client = useContext(Client)
  if (!client) throw new Error('useSession() needs a <SessionProvider>')
  return useSyncExternalStore(client.subscribe, client.getState, client.getState)
}

/**
 * `fetch` for the app's own routes: on a 401 it renews the session, once across all tabs, and repeats the request, once.
 * In the browser; outside of a `<SessionProvider>` it renews for itself.
 */
export const sessionFetch: typeof fetch = (input, init) =>
  (mounted ?? createSessionClient()).fetch(input, init)
