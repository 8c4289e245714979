'use client'

import { useResilientForm } from '../_lib/use-resilient-form'
import { Button } from '../_ui/button'
import { ConfirmPassword } from '../_ui/confirm-password'
import { FormAnswer, UNREACHABLE } from '../_ui/form-answer'
import { signOutEverywhere } from './actions'
import { QUIET } from './state'

/** `atOnce`: gateways are told which sessions have ended. Else a good access token passes until its end. */
export function SignOutEverywhere({ atOnce }: { atOnce: boolean }) {
  const { state, pending, unreachable, form } = useResilientForm(signOutEverywhere, QUIET)
  const error = unreachable ? UNREACHABLE : state.error
  if (state.confirm !== null)
    return (
      <form {...form}>
        <ConfirmPassword
          name="password-everywhere"
          error={error}
          pending={pending}
          action="Sign out everywhere"
          back="/sessions"
        >
          This ends every session of yours, this one too.
        </ConfirmPassword>
      </form>
    )
  return (
    <form {...form}>
      <p className="mb-4 text-muted">
        Ends every session above, this one too.
        {!atOnce && ' A device that still holds an access token can use it until it runs out.'}
      </p>
      <Button look="quiet" pending={pending} pendingLabel="Signing out…">
        Sign out everywhere
      </Button>
      <FormAnswer tone="error" keepsRoom={false}>
        {error}
      </FormAnswer>
    </form>
  )
}
