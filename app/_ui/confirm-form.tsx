'use client'

import { EMPTY_MAIL_FORM, type MailFormState } from '../_lib/mail-form-state'
import { useResilientForm } from '../_lib/use-resilient-form'
import { Button } from './button'
import { MailAnswer } from './mail-answer'

type Props = {
  action: (previous: MailFormState, form: FormData) => Promise<MailFormState>
  token: string
  label: string
}

/** One button. Opening the page alone does nothing: mail programs open links before their readers do. */
export function ConfirmForm({ action, token, label }: Props) {
  const { state, pending, unreachable, form } = useResilientForm(action, EMPTY_MAIL_FORM)
  return (
    <form {...form} className="space-y-2">
      <input type="hidden" name="token" value={token} />
      {state.done === null && (
        <Button pending={pending} pendingLabel="Confirming…">
          {label}
        </Button>
      )}
      <MailAnswer state={state} unreachable={unreachable} />
    </form>
  )
}
