'use client'

import { below } from '../_lib/base-path'
import { useResilientForm } from '../_lib/use-resilient-form'
import { Button } from '../_ui/button'
import { Field } from '../_ui/field'
import { FormAnswer, FormAnswers } from '../_ui/form-answer'
import { actOnPerson } from './actions'
import { ConfirmDeed, isConfirming, labelOf } from './confirm-deed'
import type { Person } from './people'
import { NOTHING_DONE } from './state'

/** Everything that is known of a person, as a file. A plain form: its answer is a file, and no page. */
export function PersonData({ person, problem }: { person: Person; problem: string | null }) {
  return (
    <form action={below('/admin/export')} method="post" className="max-w-md space-y-2">
      <p className="mb-4 text-muted">
        Their account, their second factors without the secrets, and their sessions, as a file of JSON.
      </p>
      <input type="hidden" name="id" value={person.id} />
      {problem !== null && (
        <Field
          name="password-for-export"
          label="Your password"
          type="password"
          autoComplete="current-password"
          required
          autoFocus
        />
      )}
      <Button look="quiet">Download their data</Button>
      <FormAnswer tone="error" keepsRoom={false}>
        {problem}
      </FormAnswer>
    </form>
  )
}

/** Asks for their address: a button alone would be pressed by mistake. */
export function DeletePerson({ person }: { person: Person }) {
  const { state, pending, unreachable, form } = useResilientForm(actOnPerson, NOTHING_DONE)
  if (isConfirming(state)) return <ConfirmDeed {...{ person, state, form, pending, unreachable }} />
  return (
    <form {...form} className="max-w-md space-y-2">
      <p className="mb-4 text-muted">
        Every session of theirs ends, on every device, and nothing brings the account back.
      </p>
      <input type="hidden" name="id" value={person.id} />
      <input type="hidden" name="email" value={person.email} />
      <Field
        name="their-email"
        label="Their e-mail, to be sure"
        type="email"
        autoComplete="off"
        required
        defaultValue={state.typed ?? ''}
        error={state.typedError}
      />
      <Button look="quiet" name="deed" value="delete" pending={pending}>
        {labelOf('delete')}
      </Button>
      <FormAnswers result={state.result} error={state.error} unreachable={unreachable} />
    </form>
  )
}
