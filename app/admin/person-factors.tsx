'use client'

import { useResilientForm } from '../_lib/use-resilient-form'
import { Button } from '../_ui/button'
import { FormAnswers } from '../_ui/form-answer'
import { actOnPerson } from './actions'
import { ConfirmDeed, isConfirming, labelOf } from './confirm-deed'
import type { Person, PersonFactors } from './people'
import { NOTHING_DONE } from './state'

type Props = { person: Person; factors: PersonFactors; isSelf: boolean }

/** The second factors of a person, and the way back in for somebody who has lost theirs. */
export function Factors({ person, factors, isSelf }: Props) {
  const { state, pending, unreachable, form } = useResilientForm(actOnPerson, NOTHING_DONE)
  const there = namesOf(factors)
  if (isConfirming(state)) return <ConfirmDeed {...{ person, state, form, pending, unreachable }} />
  return (
    <form {...form}>
      <input type="hidden" name="id" value={person.id} />
      <p className={there.length === 0 ? 'text-muted' : ''}>{there.join(', ') || 'None.'}</p>
      {there.length > 0 && !isSelf && (
        <>
          <p className="mt-2 mb-4 text-muted">
            For somebody who has lost them: their password is enough then, and every session ends. Be sure who
            asks.
          </p>
          <Button look="quiet" name="deed" value="remove-factors" pending={pending}>
            {labelOf('remove-factors')}
          </Button>
        </>
      )}
      <FormAnswers result={state.result} error={state.error} unreachable={unreachable} />
    </form>
  )
}

function namesOf({ totp, passkeys, recoveryCodes, trustedDevices }: PersonFactors): string[] {
  const counted = (count: number, name: string) =>
    count === 0 ? [] : [`${count} ${name}${count === 1 ? '' : 's'}`]
  return [
    ...(totp ? ['Authenticator app'] : []),
    ...counted(passkeys, 'passkey'),
    ...counted(recoveryCodes, 'recovery code'),
    ...counted(trustedDevices, 'trusted device'),
  ]
}
