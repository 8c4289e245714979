import type { Event } from './step.ts'

/** Reports how the page is now, and whatever may mean that somebody comes back to it. @returns what ends that. */
export function watchPage(report: (event: Event) => void): () => void {
  const shownOrHidden = () => report({ type: document.hidden ? 'hidden' : 'shown' })
  const connection = () => report({ type: navigator.onLine ? 'online' : 'offline' })
  // From the back/forward cache, where no message was heard.
  const restored = ({ persisted }: PageTransitionEvent) => {
    if (persisted) report({ type: 'restored' })
  }
  document.addEventListener('visibilitychange', shownOrHidden)
  addEventListener('online', connection)
  addEventListener('offline', connection)
  addEventListener('pageshow', restored)
  if (!navigator.onLine) connection()
  shownOrHidden()
  return () => {
    document.removeEventListener('visibilitychange', shownOrHidden)
    removeEventListener('online', connection)
    removeEventListener('offline', connection)
    removeEventListener('pageshow', restored)
  }
}
