import Link from 'next/link'
import { NavLinks } from './nav-links'
import { SignOutForm } from './sign-out-form'

const ACTION_CLASS =
  'inline-flex min-h-11 items-center font-medium text-accent underline-offset-8 hover:underline'

type Props = { person: { name: string; admin: boolean; inspector: boolean } | null }

export function SiteHeader({ person }: Props) {
  const links = [
    { href: '/dashboard', label: 'Dashboard' },
    ...(person ? [{ href: '/sessions', label: 'Sessions' }] : []),
    ...(person?.inspector ? [{ href: '/inspector', label: 'Inspector' }] : []),
    ...(person?.admin ? [{ href: '/admin', label: 'Admin' }] : []),
  ]
  return (
    <header className="flex flex-wrap items-center gap-x-8 pt-5">
      <Link
        href="/"
        className="inline-flex min-h-11 items-center gap-2 font-semibold tracking-tight hover:text-accent"
      >
        <Mark />
        Evergate
      </Link>
      <nav aria-label="Main" className="order-last w-full sm:order-none sm:w-auto">
        {/* A visitor's prefetch would be refused, and browsers write that into the console. */}
        <NavLinks links={links} prefetch={person ? 'auto' : false} />
      </nav>
      <div className="ml-auto flex min-w-0 items-center gap-x-5">
        {person ? (
          <>
            <span className="hidden max-w-56 truncate text-muted md:inline">{person.name}</span>
            <SignOutForm className={ACTION_CLASS}>Sign out</SignOutForm>
          </>
        ) : (
          <Link href="/login" className={ACTION_CLASS}>
            Sign in
          </Link>
        )}
      </div>
    </header>
  )
}

function Mark() {
  return (
    <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true" className="fill-none stroke-accent">
      <g strokeWidth="3" strokeLinecap="round">
        <path d="M6 27V16a10 10 0 0 1 20 0v11" />
        <path d="M12 27V16a4 4 0 0 1 8 0v11" />
      </g>
    </svg>
  )
}
