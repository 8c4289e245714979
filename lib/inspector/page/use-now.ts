import { useEffect, useSyncExternalStore } from 'react'
import { observeServerTime, serverNow } from './server-clock.ts'

/** The server's time in milliseconds, in whole seconds, so that the page is drawn once for each. */
export function useNow(renderedAt: number): number {
  useEffect(() => observeServerTime(renderedAt), [renderedAt])
  return useSyncExternalStore(
    everyTick,
    () => wholeSeconds(Math.max(serverNow(), renderedAt)),
    () => wholeSeconds(renderedAt),
  )
}

const wholeSeconds = (milliseconds: number) => Math.ceil(milliseconds / 1000) * 1000

function everyTick(tick: () => void): () => void {
  const timer = setInterval(tick, 250)
  return () => clearInterval(timer)
}
