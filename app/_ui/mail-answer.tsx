import type { MailFormState } from '../_lib/mail-form-state'
import { FormAnswers } from './form-answer'

/** The answer to a form that has to do with mail. */
export function MailAnswer({ state, unreachable }: { state: MailFormState; unreachable: boolean }) {
  return (
    <div className="grid *:[grid-area:1/1]">
      <FormAnswers result={state.done} error={state.error} unreachable={unreachable} />
    </div>
  )
}
