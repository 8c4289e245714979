'use client'

import { unstable_rethrow } from 'next/navigation'
import { useEffect, useState, useTransition } from 'react'
import { getPasskey } from '../_lib/with-passkey'
import { Button } from '../_ui/button'
import { FormAnswer, UNREACHABLE } from '../_ui/form-answer'
import { askForPasskey, signInWithPasskey } from './passkey-actions'

/** `step`: of a sign-in whose password was right; empty for a passkey alone. Without JavaScript its room stays empty. */
export function PasskeyButton({ step, returnTo }: { step: string; returnTo: string }) {
  const [able, setAble] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const [pending, startTransition] = useTransition()
  useEffect(() => setAble(typeof window.PublicKeyCredential === 'function'), [])

  function enter() {
    if (pending) return
    const trust = document.querySelector<HTMLInputElement>('input[name=trust]')?.checked ?? false
    startTransition(async () => {
      try {
        const asked = await askForPasskey(step)
        const passkey = 'options' in asked ? await getPasskey(asked.options) : null
        const answer =
          'error' in asked ? asked : passkey ? await signInWithPasskey(passkey, step, trust, returnTo) : null
        startTransition(() => setError(answer ? answer.error : 'No passkey was used.'))
      } catch (failure) {
        unstable_rethrow(failure)
        startTransition(() => setError(UNREACHABLE))
      }
    })
  }

  return (
    <div className={able ? '' : 'invisible'}>
      <Button type="button" look="quiet" pending={pending} pendingLabel="Waiting…" onClick={enter}>
        Use a passkey
      </Button>
      <FormAnswer tone="error" keepsRoom={false}>
        {error}
      </FormAnswer>
    </div>
  )
}
