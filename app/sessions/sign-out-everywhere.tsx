'use client'

import { useResilientForm } from '../_lib/use-resilient-form'
import { Button } from '../_ui/button'
import { FormAnswer, UNREACHABLE } from '../_ui/form-answer'
import { signOutEverywhere } from './actions'
import { QUIET } from './state'

export function SignOutEverywhere() {
  const { state, pending, unreachable, form } = useResilientForm(signOutEverywhere, QUIET)
  return (
    <form {...form}>
      <p className="mb-4 text-muted">
        Ends every session above, this one too. A device that still holds an access token can use it until it
        runs out.
      </p>
      <Button look="quiet" pending={pending} pendingLabel="Signing out…">
        Sign out everywhere
      </Button>
      <FormAnswer tone="error">{unreachable ? UNREACHABLE : state.error}</FormAnswer>
    </form>
  )
}
