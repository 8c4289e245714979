'use client'

import { useResilientForm } from '../_lib/use-resilient-form'
import { Button } from '../_ui/button'
import { Field } from '../_ui/field'
import { FormAnswers } from '../_ui/form-answer'
import { actOnPerson } from './actions'
import { ConfirmDeed, isConfirming, labelOf } from './confirm-deed'
import type { Person } from './people'
import { NOTHING_DONE } from './state'

/** The roles of somebody else, in one field: they are few, and each app has its own. */
export function PersonRoles({ person }: { person: Person }) {
  const { state, pending, unreachable, form } = useResilientForm(actOnPerson, NOTHING_DONE)
  if (isConfirming(state)) return <ConfirmDeed {...{ person, state, form, pending, unreachable }} />
  return (
    <form {...form} className="max-w-md space-y-2">
      <input type="hidden" name="id" value={person.id} />
      <Field
        name="roles"
        label="Roles"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        defaultValue={state.typed ?? person.roles.join(', ')}
        error={state.typedError}
        hint="Commas between them. Valid at the next renewal."
      />
      <Button look="quiet" name="deed" value="roles" pending={pending}>
        {labelOf('roles')}
      </Button>
      <FormAnswers result={state.result} error={state.error} unreachable={unreachable} />
    </form>
  )
}
