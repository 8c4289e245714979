'use client'

import { Button } from './_ui/button'

type Props = { error: Error & { digest?: string }; reset: () => void }

/** Anything a page did not expect. The header stays; what was typed into the note is kept as a draft. */
export default function ErrorPage({ error, reset }: Props) {
  return (
    <main id="main" tabIndex={-1} className="pb-8">
      <title>Something went wrong · Evergate</title>
      <div role="alert" className="pt-12 pb-10 md:pt-16">
        <h1 className="text-3xl font-semibold tracking-tight md:text-4xl">Something went wrong</h1>
        <p className="mt-4 max-w-prose text-lg text-muted">
          The page could not be shown. You are not signed out by this; trying again is safe.
        </p>
        {error.digest && <p className="mt-2 text-sm text-muted">For the log: {error.digest}</p>}
      </div>
      <Button type="button" onClick={reset}>
        Try again
      </Button>
    </main>
  )
}
