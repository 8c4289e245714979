'use client'

import { useResilientForm } from '../../_lib/use-resilient-form'
import { Button } from '../../_ui/button'
import { Field } from '../../_ui/field'
import { FormAnswer, UNREACHABLE } from '../../_ui/form-answer'
import { deleteAccount } from './actions'
import { NOT_DELETED } from './state'

/** Asks for the address: a button alone would be pressed by mistake. */
export function DeleteAccount() {
  const { state, pending, unreachable, form } = useResilientForm(deleteAccount, NOT_DELETED)
  return (
    <form {...form} className="max-w-md space-y-2">
      <p className="mb-4 text-muted">
        Every session of yours ends, on every device, and nothing brings the account back.
      </p>
      <Field
        name="own-email"
        label="Your e-mail, to be sure"
        type="email"
        autoComplete="off"
        required
        defaultValue={state.email}
        error={state.emailError}
      />
      {state.needsPassword && (
        <Field
          name="password-for-deletion"
          label="Your password"
          type="password"
          autoComplete="current-password"
          required
          autoFocus
        />
      )}
      <Button look="quiet" pending={pending} pendingLabel="Deleting…">
        Delete your account
      </Button>
      <FormAnswer tone="error" keepsRoom={false}>
        {unreachable ? UNREACHABLE : state.error}
      </FormAnswer>
    </form>
  )
}
