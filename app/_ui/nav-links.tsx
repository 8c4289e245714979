'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'

type Props = {
  links: readonly { href: string; label: string }[]
  prefetch: false | 'auto'
}

export function NavLinks({ links, prefetch }: Props) {
  const pathname = usePathname()
  return (
    <ul className="-mx-1 flex sm:-mx-2">
      {links.map(({ href, label }) => (
        <li key={href}>
          <Link
            href={href}
            prefetch={prefetch}
            aria-current={pathname === href ? 'page' : undefined}
            className="inline-flex min-h-11 items-center px-1 text-muted sm:px-2 underline-offset-8 hover:text-accent aria-[current]:text-ink aria-[current]:underline aria-[current]:decoration-accent aria-[current]:decoration-2"
          >
            {label}
          </Link>
        </li>
      ))}
    </ul>
  )
}
