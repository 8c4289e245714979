import type { Event } from './step.ts'

/** Reports how the page is now, and whatever may mean that somebody comes back to it. @returns what ends that. */
export function watchPage(report: (event: Event) => void): () => void {
  const shownOrHidden = () => report({ type: document.hidden ? 'hidden' : 'shown' })
  const connection = () => report({ type: navigator.onLine ? 'online' : 'offline' })
  // From the back/forward cache, where no message was heard.
  const restored = ({ persisted }: PageTransitionEvent) => {
    if (persisted) report({ type: 'restored' })
  }
  const watch = new AbortController()
  document.addEventListener('visibilitychange', shownOrHidden, watch)
  addEventListener('online', connection, watch)
  addEventListener('offline', connection, watch)
  addEventListener('pageshow', restored, watch)
  if (!navigator.onLine) connection()
  shownOrHidden()
  return () => watch.abort()
}
