import type { ReactNode } from 'react'
import { below } from '../_lib/base-path'

/**
 * A plain form on purpose: it needs no JavaScript and no live session, and the full page load that follows
 * empties the router's cache of everything that was this person's.
 */
export function SignOutForm({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <form action={below('/api/logout')} method="post">
      <button type="submit" className={className}>
        {children}
      </button>
    </form>
  )
}
