'use client'

import { EMPTY_ACCOUNT_FORM } from '../_lib/account-form'
import { useResilientForm } from '../_lib/use-resilient-form'
import { Button } from '../_ui/button'
import { Field } from '../_ui/field'
import { AccountFormAnswer } from '../_ui/form-answer'
import { registerAction } from './actions'

export function RegisterForm({ returnTo }: { returnTo: string }) {
  const { state, pending, unreachable, form } = useResilientForm(registerAction, EMPTY_ACCOUNT_FORM)
  return (
    <form {...form} className="space-y-2">
      <input type="hidden" name="returnTo" value={returnTo} />
      <Field
        name="name"
        label="Name"
        autoComplete="name"
        required
        defaultValue={state.name}
        error={state.fields.name}
      />
      <Field
        name="email"
        label="E-mail"
        type="email"
        autoComplete="username"
        required
        defaultValue={state.email}
        error={state.fields.email}
      />
      <Field
        name="password"
        label="Password"
        type="password"
        autoComplete="new-password"
        required
        hint="The longer the better. A sentence is fine."
        error={state.fields.password}
      />
      <Button pending={pending} pendingLabel="Registering…">
        Register
      </Button>
      <AccountFormAnswer message={state.message} unreachable={unreachable} />
    </form>
  )
}
