import type { MailFormState } from '../_lib/mail-form-state'
import { FormAnswer, UNREACHABLE } from './form-answer'

/** The answer to a form that has to do with mail. */
export function MailAnswer({ state, unreachable }: { state: MailFormState; unreachable: boolean }) {
  return (
    <div className="grid *:[grid-area:1/1]">
      <FormAnswer tone="result" keepsRoom={false}>
        {unreachable ? null : state.done}
      </FormAnswer>
      <FormAnswer tone="error" keepsRoom={false}>
        {unreachable ? UNREACHABLE : state.error}
      </FormAnswer>
    </div>
  )
}
