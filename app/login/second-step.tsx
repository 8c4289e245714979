import { Field } from '../_ui/field'

/** The part of the sign-in form that comes after the password. */
export function SecondStep({ step, error }: { step: string; error: string | undefined }) {
  return (
    <>
      <input type="hidden" name="step" value={step} />
      <p>Your password is right. Show that it is you in another way, too.</p>
      <Field
        name="code"
        label="Code of your app, or a recovery code"
        autoComplete="one-time-code"
        required
        // The field that had the focus has made way for this.
        autoFocus
        error={error}
      />
      <p className="pb-2">
        <label className="inline-flex min-h-11 items-center gap-3">
          <input type="checkbox" name="trust" className="size-5 accent-accent" />
          Do not ask again on this device for 30 days
        </label>
      </p>
    </>
  )
}
