import { getSession, sessionForBrowser } from 'evergate/next'
import { SessionProvider } from 'evergate/react'
import type { Metadata, Viewport } from 'next'
import type { ReactNode } from 'react'
import { below } from './_lib/base-path'
import { personOf } from './_lib/person'
import { AccountProvider } from './_ui/account'
import { SessionNotice } from './_ui/session-notice'
import { SiteHeader } from './_ui/site-header'
import { mayInspect } from './inspector/_lib/demo'
import './globals.css'

export const metadata: Metadata = {
  title: { default: 'Evergate: sessions for Next.js', template: '%s · Evergate' },
  description: 'A session gateway for Next.js: the session renews itself before the page renders.',
}

export const viewport: Viewport = {
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#fbfcfa' },
    { media: '(prefers-color-scheme: dark)', color: '#0f1412' },
  ],
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  const session = await getSession()
  const person = session && {
    name: personOf(session.user).name,
    admin: session.roles.includes('admin'),
    inspector: mayInspect(session.roles),
  }
  return (
    <html lang="en">
      <body className="mx-auto flex min-h-dvh max-w-5xl flex-col px-5 sm:px-8">
        <a
          href="#main"
          className="absolute -top-20 left-5 z-10 bg-accent px-4 py-2 text-on-accent focus:top-2 sm:left-8"
        >
          Skip to content
        </a>
        <SessionProvider
          session={await sessionForBrowser()}
          sessionUrl={below('/api/session')}
          renewUrl={below('/api/refreshresttokens')}
        >
          <AccountProvider account={session?.user.id ?? null}>
            <SiteHeader person={person} />
            {children}
          </AccountProvider>
          <footer className="mt-auto border-t border-line py-8 text-sm text-muted">
            Evergate renews the session in the middleware: once, before anything else sees the request.
          </footer>
          <SessionNotice />
        </SessionProvider>
      </body>
    </html>
  )
}
