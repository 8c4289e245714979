'use client'

import { useEffect, useRef } from 'react'
import { useResilientForm } from '../_lib/use-resilient-form'
import { Button } from '../_ui/button'
import { Field } from '../_ui/field'
import { FormAnswers } from '../_ui/form-answer'
import { changePasswordAction } from './password-action'
import { CURRENT, NEXT, NO_CHANGE } from './password-state'

/** A new password for the person; every session of theirs ends with the old one, and this device gets a new one. */
export function ChangePassword() {
  const { state, pending, unreachable, form } = useResilientForm(changePasswordAction, NO_CHANGE)
  const fields = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (state.result !== null) fields.current?.reset() // nobody reads the passwords there any more
  }, [state])
  return (
    <form {...form} ref={fields} className="max-w-md space-y-2">
      <Field
        name={CURRENT}
        label="Current password"
        type="password"
        autoComplete="current-password"
        required
        error={state.fields[CURRENT]}
      />
      <Field
        name={NEXT}
        label="New password"
        type="password"
        autoComplete="new-password"
        required
        hint="The longer the better. A sentence is fine."
        error={state.fields[NEXT]}
      />
      <Button pending={pending} pendingLabel="Changing…">
        Change password
      </Button>
      <div className="grid *:[grid-area:1/1]">
        <FormAnswers result={state.result} error={state.error} unreachable={unreachable} />
      </div>
    </form>
  )
}
