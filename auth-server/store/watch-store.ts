import type { Store } from './store.ts'

/** Told of each call of a store once it has ended. `call`: `sessions.find`, `ping` and so on. */
export interface StoreObserver {
  /** That there is such a call, before the first one. */
  known(call: string): void
  ended(
    call: string,
    seconds: number,
    result: { readonly answer: unknown } | { readonly error: unknown },
  ): void
}

/** The same store, with somebody watching. */
export function watchStore(store: Store, observer: StoreObserver): Store {
  const watched = <T extends object>(part: T, prefix: string): T => {
    const entries = Object.entries(part).map(([name, method]) => {
      if (typeof method !== 'function') return [name, method]
      const call = prefix + name
      observer.known(call)
      return [name, (...args: unknown[]) => watchCall(observer, call, () => method(...args))]
    })
    return Object.fromEntries(entries) as T
  }
  const { ping } = watched({ ping: store.ping }, '')
  return {
    ...store,
    users: watched(store.users, 'users.'),
    sessions: watched(store.sessions, 'sessions.'),
    ended: { ...watched({ since: store.ended.since }, 'ended.'), watch: store.ended.watch },
    counters: watched(store.counters, 'counters.'),
    links: watched(store.links, 'links.'),
    factors: watched(store.factors, 'factors.'),
    ping,
  }
}

async function watchCall<T>(observer: StoreObserver, call: string, run: () => Promise<T>): Promise<T> {
  const started = performance.now()
  const seconds = () => (performance.now() - started) / 1000
  try {
    const answer = await run()
    observer.ended(call, seconds(), { answer })
    return answer
  } catch (error) {
    observer.ended(call, seconds(), { error })
    throw error
  }
}
