'use client'

import { useSession } from 'evergate/react'
import { useEffect, useSyncExternalStore } from 'react'
import { observeServerTime, serverNow } from '../_lib/server-clock'
import { formatDuration } from '../_lib/time'
import { LocalTime } from '../_ui/local-time'

type Props = {
  /** Seconds since the epoch. */
  issuedAt: number
  /** Seconds since the epoch. */
  expiresAt: number
  /** The server's clock when it rendered this, in milliseconds. */
  renderedAt: number
}

/** How long the access token still lives, by the server's clock; also when it was renewed since, by whichever tab. */
export function TokenLife({ issuedAt, expiresAt: renderedEnd, renderedAt }: Props) {
  const expiresAt = Math.max(renderedEnd, useSession().expiresAt ?? 0)
  const left = useSecondsLeft(expiresAt, renderedAt)
  const life = Math.max(1, renderedEnd - issuedAt)
  const ended = left === 0
  return (
    <>
      <p
        role="timer"
        aria-label="Time left"
        className={`font-mono text-5xl tracking-tight tabular-nums noscript:hidden ${ended ? 'text-muted' : ''}`}
      >
        {formatDuration(left)}
      </p>
      <svg
        viewBox="0 0 100 1"
        preserveAspectRatio="none"
        aria-hidden="true"
        className="mt-4 block h-1 w-full noscript:hidden"
      >
        <rect width="100" height="1" className="fill-line" />
        <rect width={(100 * Math.min(left, life)) / life} height="1" className="fill-accent" />
      </svg>
      <div className="mt-4 grid text-muted noscript:mt-0 *:[grid-area:1/1]">
        <p className={ended ? 'invisible' : ''}>
          Ends at <LocalTime at={expiresAt} />
        </p>
        <p className={ended ? '' : 'invisible'}>It has ended. Click on: the gateway renews it on the way.</p>
      </div>
      <p role="status" className="sr-only">
        {ended ? 'The access token has ended. Go on: the gateway renews it with your next click.' : ''}
      </p>
    </>
  )
}

function useSecondsLeft(expiresAt: number, renderedAt: number): number {
  useEffect(() => observeServerTime(renderedAt), [renderedAt])
  return useSyncExternalStore(
    everyTick,
    () => secondsBetween(Math.max(serverNow(), renderedAt), expiresAt),
    () => secondsBetween(renderedAt, expiresAt),
  )
}

const secondsBetween = (now: number, expiresAt: number) => Math.max(0, Math.ceil(expiresAt - now / 1000))

/** Looks four times a second, so that a second is never shown twice as long; renders only when it changes. */
function everyTick(tick: () => void): () => void {
  const timer = setInterval(tick, 250)
  return () => clearInterval(timer)
}
