'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'

export function NavLinks({ links }: { links: readonly { href: string; label: string }[] }) {
  const pathname = usePathname()
  return (
    <ul className="-mx-1.5 flex sm:-mx-2">
      {links.map(({ href, label }) => (
        <li key={href}>
          <Link
            href={href}
            aria-current={pathname === href ? 'page' : undefined}
            className="inline-flex min-h-11 items-center px-1.5 text-muted sm:px-2 underline-offset-8 hover:text-accent aria-[current]:text-ink aria-[current]:underline aria-[current]:decoration-accent aria-[current]:decoration-2"
          >
            {label}
          </Link>
        </li>
      ))}
    </ul>
  )
}
