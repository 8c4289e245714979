import type { useResilientForm } from '../_lib/use-resilient-form'
import { ConfirmPassword } from '../_ui/confirm-password'
import { UNREACHABLE } from '../_ui/form-answer'
import type { Person } from './people'
import { type AdminState, type Deed, fieldOf, kindOf } from './state'

type Props = {
  person: Person
  state: AdminState & { confirm: Deed }
} & Pick<ReturnType<typeof useResilientForm<AdminState>>, 'form' | 'pending' | 'unreachable'>

/** A form whose deed an administrator confirms with their password. */
export function ConfirmDeed({ person, state, form, pending, unreachable }: Props) {
  const { confirm, needsCode, typed } = state
  const field = fieldOf(confirm)
  return (
    <form {...form}>
      <input type="hidden" name="id" value={person.id} />
      <input type="hidden" name="deed" value={confirm} />
      <input type="hidden" name="email" value={person.email} />
      {field && <input type="hidden" name={field} value={typed ?? ''} />}
      <ConfirmPassword
        name={`password-${kindOf(confirm)}`}
        code={needsCode ? 'code' : undefined}
        error={unreachable ? UNREACHABLE : state.error}
        pending={pending}
        action={labelOf(confirm)}
        back={`/admin?${new URLSearchParams({ person: person.id })}`}
      >
        {labelOf(confirm)}: {person.email}.
      </ConfirmPassword>
    </form>
  )
}

/** A deed, as its button says it. */
export function labelOf(deed: Deed): string {
  switch (deed) {
    case 'end-all':
      return 'End every session'
    case 'disable':
      return 'Disable the account'
    case 'enable':
      return 'Enable the account'
    case 'roles':
      return 'Change roles'
    case 'remove-factors':
      return 'Remove second factors'
    case 'delete':
      return 'Delete the account'
    default:
      return 'End session'
  }
}

/** A state that asks for the password. */
export const isConfirming = (state: AdminState): state is AdminState & { confirm: Deed } =>
  state.confirm !== null
