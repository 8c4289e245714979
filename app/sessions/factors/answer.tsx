import { Field } from '../../_ui/field'
import { FormAnswers } from '../../_ui/form-answer'
import type { FactorState } from './state'

/** Fields by which the person shows who they are; `part` keeps their names apart on the page. */
export function Proof({ asked, needsCode }: { asked: boolean; needsCode: boolean }) {
  if (!asked) return null
  return (
    <div className="mb-2">
      <p className="mb-4 text-muted">This session is not sure enough for that, so confirm that it is you.</p>
      <Field
        name="password"
        label="Your password"
        type="password"
        autoComplete="current-password"
        required
        autoFocus
      />
      {needsCode && (
        <Field
          name="proof"
          label="Code of your app, or a recovery code"
          autoComplete="one-time-code"
          hint="With passkeys alone, sign in again with one instead."
        />
      )}
    </div>
  )
}

/** The answer to one of the forms, with recovery codes where it has any. */
export function FactorAnswer({ state, unreachable }: { state: FactorState; unreachable: boolean }) {
  return (
    <>
      <FormAnswers result={state.result} error={state.error} unreachable={unreachable} />
      {state.codes.length > 0 && (
        <div className="mt-4">
          <p className="mb-2">
            Keep these recovery codes apart from this device. Each lets you in once, and they are not shown
            again.
          </p>
          <ul aria-label="Recovery codes" className="grid gap-x-8 font-mono text-sm sm:grid-cols-2">
            {state.codes.map((code) => (
              <li key={code} className="select-all">
                {code}
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  )
}
