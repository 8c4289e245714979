'use client'

import { Button } from './_ui/button'
import './globals.css'

type Props = { error: Error & { digest?: string }; reset: () => void }

/** The last resort, when not even the header could be rendered. */
export default function GlobalError({ error, reset }: Props) {
  return (
    <html lang="en">
      <body className="mx-auto flex min-h-dvh max-w-5xl flex-col px-5 sm:px-8">
        <title>Something went wrong · Evergate</title>
        <main className="py-16">
          <h1 className="text-3xl font-semibold tracking-tight md:text-4xl">Something went wrong</h1>
          <p className="mt-4 mb-8 max-w-prose text-lg text-muted">
            The app could not be shown. Trying again is safe.{error.digest && ` For the log: ${error.digest}`}
          </p>
          <Button type="button" onClick={reset}>
            Try again
          </Button>
        </main>
      </body>
    </html>
  )
}
