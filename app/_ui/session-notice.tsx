'use client'

import { useSession } from 'evergate/react'
import { usePathname } from 'next/navigation'
import { LocalTime } from './local-time'

/** What has become of the session since the page was rendered, wherever that was noticed. Above the page, so that nothing moves. */
export function SessionNotice() {
  const text = useNotice()
  return (
    <div role="status" className="fixed inset-x-0 bottom-0 z-10">
      {text && (
        <p className="border-t border-line bg-surface px-5 py-4 text-center sm:px-8">
          <span className="mx-auto block max-w-prose">{text}</span>
        </p>
      )}
    </div>
  )
}

function useNotice() {
  const session = useSession()
  const path = usePathname()
  switch (session.status) {
    case 'signed-out':
      if (session.reason === null || path === '/login') return null
      return (
        <>
          {session.reason === 'limit' ? 'Your session has reached its limit.' : 'Your session has ended.'}{' '}
          <a className="link" href={`/login?returnTo=${encodeURIComponent(path)}`}>
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
