'use client'

import { type FormEvent, useEffect, useState, useTransition } from 'react'
import { createPasskey } from '../../_lib/with-passkey'
import { Button } from '../../_ui/button'
import { Field } from '../../_ui/field'
import { addPasskey, beginPasskey } from './actions'
import { FactorAnswer, Proof } from './answer'
import { QUIET } from './state'

/** Makes a passkey in this browser, which needs JavaScript. */
export function AddPasskey({ needsCode }: { needsCode: boolean }) {
  const [able, setAble] = useState(false)
  const [state, setState] = useState(QUIET)
  const [unreachable, setUnreachable] = useState(false)
  const [pending, startTransition] = useTransition()
  useEffect(() => setAble(typeof window.PublicKeyCredential === 'function'), [])

  function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    if (pending) return
    const form = new FormData(event.currentTarget)
    startTransition(async () => {
      try {
        const begun = await beginPasskey(state, form)
        const next =
          begun.options === undefined
            ? begun.state
            : await addPasskey(
                await createPasskey(begun.options),
                String(form.get('passkey-name') ?? '').trim(),
              )
        startTransition(() => {
          setState(next)
          setUnreachable(false)
        })
      } catch {
        startTransition(() => setUnreachable(true))
      }
    })
  }

  if (!able)
    return <p className="text-muted">A passkey is set up in a browser that has them, with JavaScript.</p>
  return (
    <form onSubmit={onSubmit} className="max-w-md">
      <Proof asked={state.confirm} needsCode={needsCode} />
      <Field name="passkey-name" label="Name" maxLength={100} hint="Such as the device that keeps it." />
      <Button look="quiet" pending={pending} pendingLabel="Waiting…">
        Add a passkey
      </Button>
      <FactorAnswer state={state} unreachable={unreachable} />
    </form>
  )
}
