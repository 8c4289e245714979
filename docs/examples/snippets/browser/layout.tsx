import { sessionForBrowser } from 'evergate/next'
import { SessionProvider } from 'evergate/react'
import type { ReactNode } from 'react'

export default async function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <SessionProvider session={await sessionForBrowser()}>{children}</SessionProvider>
      </body>
    </html>
  )
}
