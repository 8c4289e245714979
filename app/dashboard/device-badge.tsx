'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

/** Milliseconds that a browser with device keys takes to bind a session, and a little more. */
const SOON = 1500

type Props = {
  device: 'bound' | 'unbound'
  /** Whether the session is so young that its browser may be binding it just now. */
  isYoung: boolean
}

/** Whether a key of this device is needed to renew the session. A browser binds it a moment after the page has come. */
export function DeviceBadge({ device, isYoung }: Props) {
  const router = useRouter()
  const looksAgain = device === 'unbound' && isYoung
  useEffect(() => {
    if (!looksAgain) return
    const timer = setTimeout(() => router.refresh(), SOON)
    return () => clearTimeout(timer)
  }, [looksAgain, router])

  return (
    <div data-testid="device">
      {device === 'bound' ? (
        <>
          <p>
            <span className="inline-block rounded border border-accent px-2 text-sm leading-7 font-medium text-accent">
              Bound to this device
            </span>
          </p>
          <p className="mt-3 text-muted">
            A key that cannot leave it is needed to renew this session. A copy of the cookies is worth nothing
            elsewhere when its access token has ended.
          </p>
        </>
      ) : (
        <>
          <p>
            <span className="inline-block rounded border border-line px-2 text-sm leading-7 font-medium text-muted">
              Not bound to a device
            </span>
          </p>
          <p className="mt-3 text-muted">
            This browser has made no key for it, as most cannot yet. Nothing else changes: you stay signed in
            as in any other app.
          </p>
        </>
      )}
    </div>
  )
}
