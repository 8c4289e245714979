'use client'

import { useRouter } from 'next/navigation'
import { useState, useTransition } from 'react'
import { Button } from '../_ui/button'
import { type BackendAnswer, fetchMe } from './fetch-me'

export function AskBackend() {
  const [answer, setAnswer] = useState<BackendAnswer | null>(null)
  const [pending, startTransition] = useTransition()
  const router = useRouter()

  function ask() {
    if (pending) return
    startTransition(async () => {
      const next = await fetchMe()
      startTransition(() => {
        setAnswer(next)
        if (next.kind === 'answered' && next.outcome === 'renewed') router.refresh()
      })
    })
  }

  return (
    <>
      <p className="mb-4 text-muted">
        The browser fetches <code className="font-mono text-sm">/api/backend/me</code> with its cookies. The
        gateway passes it on with a bearer token that no script has seen.
      </p>
      <p className="hidden text-muted noscript:block">This one needs JavaScript, which is off.</p>
      <div className="noscript:hidden">
        <Button type="button" look="quiet" onClick={ask} pending={pending} pendingLabel="Asking…">
          Who am I?
        </Button>
        <div role="status" className="mt-4 min-h-80 sm:min-h-60">
          {answer ? (
            <Answer answer={answer} />
          ) : (
            <p className="text-sm text-muted">Its answer appears here.</p>
          )}
        </div>
      </div>
    </>
  )
}

function Answer({ answer }: { answer: BackendAnswer }) {
  if (answer.kind === 'answered') {
    return (
      <>
        <p className="mb-2 text-sm text-muted tabular-nums">
          {answer.status} in {answer.milliseconds} ms, x-session: {answer.outcome ?? 'none'}
        </p>
        <pre className="rounded bg-surface p-4 font-mono text-sm leading-6 break-words whitespace-pre-wrap">
          {answer.body}
        </pre>
      </>
    )
  }
  if (answer.kind === 'signed-out') return <p className="text-error">Nobody answers without a session.</p>
  return (
    <p className="text-error">
      The backend does not answer right now{answer.status !== null && ` (${answer.status})`}. You are still
      signed in: ask again in a moment.
    </p>
  )
}
