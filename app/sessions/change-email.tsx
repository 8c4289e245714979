'use client'

import { EMPTY_MAIL_FORM } from '../_lib/mail-form-state'
import { useResilientForm } from '../_lib/use-resilient-form'
import { Button } from '../_ui/button'
import { Field } from '../_ui/field'
import { MailAnswer } from '../_ui/mail-answer'
import { changeEmailAction } from './email-action'

export function ChangeEmail() {
  const { state, pending, unreachable, form } = useResilientForm(changeEmailAction, EMPTY_MAIL_FORM)
  return (
    <form {...form} className="max-w-md space-y-2">
      <Field
        name="new-email"
        label="New e-mail"
        type="email"
        autoComplete="email"
        required
        defaultValue={state.email}
        error={state.fields.email}
      />
      <Field
        name="password-for-email"
        label="Password"
        type="password"
        autoComplete="current-password"
        hint="Needed some minutes after you have signed in."
        error={state.fields.password}
      />
      <Button pending={pending} pendingLabel="Sending…">
        Change e-mail
      </Button>
      <MailAnswer state={state} unreachable={unreachable} />
    </form>
  )
}
