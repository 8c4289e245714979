'use client'

import { EMPTY_MAIL_FORM } from '../_lib/mail-form-state'
import { useResilientForm } from '../_lib/use-resilient-form'
import { Button } from '../_ui/button'
import { Field } from '../_ui/field'
import { MailAnswer } from '../_ui/mail-answer'
import { resetAction } from './actions'

export function ResetForm({ token }: { token: string }) {
  const { state, pending, unreachable, form } = useResilientForm(resetAction, EMPTY_MAIL_FORM)
  return (
    <form {...form} className="space-y-2">
      <input type="hidden" name="token" value={token} />
      <Field
        name="password"
        label="New password"
        type="password"
        autoComplete="new-password"
        required
        hint="The longer the better. A sentence is fine."
        error={state.fields.password}
      />
      <Button pending={pending} pendingLabel="Setting…">
        Set password
      </Button>
      <MailAnswer state={state} unreachable={unreachable} />
    </form>
  )
}
