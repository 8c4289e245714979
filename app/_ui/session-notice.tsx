'use client'

import { useSession } from 'evergate/react'
import { usePathname } from 'next/navigation'
import { below } from '../_lib/base-path'
import { LocalTime } from './local-time'

/** Tells a change of the session since the page was rendered. It stands at the foot of the window, and covers nothing for good. */
export function SessionNotice() {
  const text = useNotice()
  return (
    <div role="status" className="sticky bottom-0 -mx-5 bg-surface px-5 sm:-mx-8 sm:px-8">
      {text && <p className="border-t border-line py-4">{text}</p>}
    </div>
  )
}

const OPEN_TO_ALL = ['/', '/register']

function useNotice() {
  const session = useSession()
  const path = usePathname()
  switch (session.status) {
    case 'signed-out':
      if (session.reason === null || path === '/login') return null
      return (
        <>
          {session.reason === 'limit' ? 'Your session has reached its limit.' : 'Your session has ended.'}{' '}
          {/* Asked for a page that needs a session, the gateway leads on to the sign-in page, which says why. */}
          <a className="link" href={below(OPEN_TO_ALL.includes(path) ? '/dashboard' : path)}>
            Sign in again
          </a>
        </>
      )
    case 'signed-in':
      if (!session.endsSoon || session.endsAt === null) return null
      return (
        <>
          Your session ends for good at <LocalTime at={session.endsAt} />. Finish what you are at, then sign
          out and in again.
        </>
      )
    case 'unreachable':
      return session.user && 'No connection right now. Your session goes on.'
    case 'loading':
      return null
  }
}
