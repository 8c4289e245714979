'use client'

import { useRouter } from 'next/navigation'
import { type FormEvent, useState, useTransition } from 'react'
import { below } from '../_lib/base-path'
import { Button } from '../_ui/button'
import { prepare } from '../inspector/ask'

const EXPIRE = '/inspector/expire'

type Props = {
  /** The gateway's word on the request that brought this page; null when it passed by the gateway. */
  report: { readonly outcome: string; readonly milliseconds: number } | null
  /** Whether a key of the device is needed to renew the session: then the browser does it before this page is asked for. */
  isBound: boolean
}

/** A button that ends this browser's access token, and the renewal that the next request then needs. Without JavaScript the form does the same. */
export function EndToken({ report, isBound }: Props) {
  const router = useRouter()
  const [pending, startTransition] = useTransition()
  const [problem, setProblem] = useState<string | null>(null)
  const [times, setTimes] = useState(0)

  function onSubmit(event: FormEvent) {
    event.preventDefault()
    if (pending) return
    startTransition(async () => {
      const found = await prepare(EXPIRE)
      startTransition(() => {
        setProblem(found)
        if (found !== null) return
        setTimes((before) => before + 1)
        router.refresh()
      })
    })
  }

  return (
    <form action={below(EXPIRE)} method="post" onSubmit={onSubmit} className="mt-6">
      <Button pending={pending} pendingLabel="Ending it…">
        End my access token
      </Button>
      <div role="status" className="mt-3 min-h-[4.8em] sm:min-h-[3.2em]">
        {problem !== null && <p className="text-error">{problem}</p>}
        {problem === null && times > 0 && report && (
          <p>
            {report.outcome === 'renewed' ? (
              <>
                Renewed in <span className="tabular-nums">{report.milliseconds.toFixed(1)} ms</span>, with one
                call to the auth server, before this page was rendered. You stayed signed in.
              </>
            ) : isBound ? (
              'Your browser has renewed it by a proof of this device, before it asked for this page. You stayed signed in.'
            ) : (
              'A request that was faster than this page has renewed it. You stayed signed in.'
            )}
          </p>
        )}
        {problem === null && times === 0 && (
          <p className="text-muted">
            Its cookie leaves, as at its end, and this page is asked for again. See what that takes.
          </p>
        )}
      </div>
    </form>
  )
}
