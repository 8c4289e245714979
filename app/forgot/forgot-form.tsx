'use client'

import { EMPTY_MAIL_FORM } from '../_lib/mail-form-state'
import { useResilientForm } from '../_lib/use-resilient-form'
import { Button } from '../_ui/button'
import { Field } from '../_ui/field'
import { MailAnswer } from '../_ui/mail-answer'
import { forgotAction } from './actions'

export function ForgotForm() {
  const { state, pending, unreachable, form } = useResilientForm(forgotAction, EMPTY_MAIL_FORM)
  return (
    <form {...form} className="space-y-2">
      <Field
        name="email"
        label="E-mail"
        type="email"
        autoComplete="username"
        required
        defaultValue={state.email}
        error={state.fields.email}
      />
      <Button pending={pending} pendingLabel="Sending…">
        Send a link
      </Button>
      <MailAnswer state={state} unreachable={unreachable} />
    </form>
  )
}
