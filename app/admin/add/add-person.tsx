'use client'

import { useResilientForm } from '../../_lib/use-resilient-form'
import { Button } from '../../_ui/button'
import { Field } from '../../_ui/field'
import { FormAnswer, UNREACHABLE } from '../../_ui/form-answer'
import { addPerson } from './action'
import { NOBODY_ADDED } from './state'

/** A form for somebody new. Their first password is told to them by whoever adds them. */
export function AddPerson() {
  const { state, pending, unreachable, form } = useResilientForm(addPerson, NOBODY_ADDED)
  return (
    <form {...form} className="max-w-md space-y-2">
      <Field
        name="new-email"
        label="E-mail"
        type="email"
        autoComplete="off"
        required
        defaultValue={state.email}
        error={state.fields.email}
      />
      <Field
        name="new-name"
        label="Name"
        autoComplete="off"
        required
        defaultValue={state.name}
        error={state.fields.name}
      />
      <Field
        name="new-password"
        label="Their first password"
        type="password"
        autoComplete="new-password"
        required
        hint="At least 8 characters. Ask them to change it."
        error={state.fields.newPassword}
      />
      {state.needsPassword && (
        <Field
          name="password-to-add"
          label="Your password"
          type="password"
          autoComplete="current-password"
          required
          autoFocus
        />
      )}
      <Button look="quiet" pending={pending} pendingLabel="Adding…">
        Add them
      </Button>
      <FormAnswer tone="error" keepsRoom={false}>
        {unreachable ? UNREACHABLE : state.error}
      </FormAnswer>
    </form>
  )
}
