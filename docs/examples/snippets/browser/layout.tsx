import { sessionForBrowser } from 'evergate/next'
import { SessionProvider } from 'evergate/react'
import type { ReactNode } from 'react'

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <SessionProvider session={sessionForBrowser()}>{children}</SessionProvider>
      </body>
    </html>
  )
}
