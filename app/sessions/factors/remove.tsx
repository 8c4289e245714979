'use client'

import { useResilientForm } from '../../_lib/use-resilient-form'
import { Button } from '../../_ui/button'
import { codesAction, removeAction } from './actions'
import { FactorAnswer, Proof } from './answer'
import { QUIET } from './state'

type Props = { id: string; label: string; needsCode: boolean; describedBy?: string }

/** A button that removes a factor, with what that needs. */
export function RemoveFactor({ id, label, needsCode, describedBy }: Props) {
  const { state, pending, unreachable, form } = useResilientForm(removeAction, QUIET)
  return (
    <form {...form} className="max-w-md">
      <input type="hidden" name="id" value={id} />
      <Proof asked={state.confirm} needsCode={needsCode} />
      <Button look="quiet" pending={pending} aria-describedby={describedBy}>
        {label}
      </Button>
      <FactorAnswer state={state} unreachable={unreachable} />
    </form>
  )
}

/** A button that makes new recovery codes. */
export function NewCodes() {
  const { state, pending, unreachable, form } = useResilientForm(codesAction, QUIET)
  return (
    <form {...form} className="max-w-md">
      <Proof asked={state.confirm} needsCode />
      <Button look="quiet" pending={pending}>
        Make new codes
      </Button>
      <FactorAnswer state={state} unreachable={unreachable} />
    </form>
  )
}
