'use client'

import { EMPTY_ACCOUNT_FORM } from '../_lib/account-form'
import { useResilientForm } from '../_lib/use-resilient-form'
import { Button } from '../_ui/button'
import { Field } from '../_ui/field'
import { AccountFormAnswer } from '../_ui/form-answer'
import { signInAction } from './actions'

/** `email`: of who is to sign in again. */
export function SignInForm({ returnTo, email }: { returnTo: string; email: string }) {
  const { state, pending, unreachable, form } = useResilientForm(signInAction, EMPTY_ACCOUNT_FORM)
  return (
    <form {...form} className="space-y-2">
      <input type="hidden" name="returnTo" value={returnTo} />
      <Field
        name="email"
        label="E-mail"
        type="email"
        autoComplete="username"
        required
        defaultValue={state.email || email}
        error={state.fields.email}
      />
      <Field
        name="password"
        label="Password"
        type="password"
        autoComplete="current-password"
        required
        error={state.fields.password}
      />
      <Button pending={pending} pendingLabel="Signing in…">
        Sign in
      </Button>
      <AccountFormAnswer message={state.message} unreachable={unreachable} />
    </form>
  )
}
