'use client'

import { EMPTY_ACCOUNT_FORM } from '../_lib/account-form'
import { useResilientForm } from '../_lib/use-resilient-form'
import { Button } from '../_ui/button'
import { Field } from '../_ui/field'
import { AccountFormAnswer } from '../_ui/form-answer'
import { signInAction } from './actions'
import { PasskeyButton } from './passkey-button'
import { SecondStep } from './second-step'

type Props = {
  returnTo: string
  /** Of who is to sign in again. */
  email: string
  /** How sure the sign-in is to be (RFC 9470). */
  acrValues: string
  passkeys: boolean
}

export function SignInForm({ returnTo, email, acrValues, passkeys }: Props) {
  const { state, pending, unreachable, form } = useResilientForm(signInAction, EMPTY_ACCOUNT_FORM)
  const { step, ways } = state.secondFactor ?? { step: '', ways: [] }
  const offersPasskey = passkeys && (step === '' || ways.includes('passkey'))
  return (
    <>
      <form {...form} className="space-y-2">
        <input type="hidden" name="returnTo" value={returnTo} />
        {acrValues && <input type="hidden" name="acrValues" value={acrValues} />}
        {step ? (
          <SecondStep key="second" step={step} error={state.fields.code} />
        ) : (
          <>
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
          </>
        )}
        <Button pending={pending} pendingLabel="Signing in…">
          Sign in
        </Button>
        <AccountFormAnswer message={state.message} unreachable={unreachable} />
      </form>
      {offersPasskey && <PasskeyButton key={step} step={step} returnTo={returnTo} />}
    </>
  )
}
