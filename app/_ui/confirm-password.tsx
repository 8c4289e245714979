import type { ReactNode } from 'react'
import { below } from '../_lib/base-path'
import { Button } from './button'
import { Field } from './field'
import { FormAnswer } from './form-answer'

type Props = {
  /** Of the password field. */
  name: string
  /** The action that is about to be done. */
  children: ReactNode
  error: string | null
  pending: boolean
  action: string
  /** Name of a field for a code, where a second factor is asked for as well. */
  code?: string | undefined
  /** The page that "Cancel" leads to. */
  back: string
}

/** The content of a form whose action needs the password: one field, one button, and a way out. */
export function ConfirmPassword({ name, children, error, pending, action, back, code }: Props) {
  return (
    <div className="max-w-md">
      <p className="mb-4">
        {children} <span className="text-muted">You signed in a while ago, so confirm that it is you.</span>
      </p>
      <Field
        name={name}
        label="Your password"
        type="password"
        autoComplete="current-password"
        required
        // The button that had the focus has made way for this.
        autoFocus
      />
      {code !== undefined && (
        <Field
          name={code}
          label="Code of your app, or a recovery code"
          autoComplete="one-time-code"
          hint="With passkeys alone, sign in again with one instead."
        />
      )}
      <div className="mt-2 flex flex-wrap items-center gap-x-6 gap-y-3">
        <Button pending={pending}>{action}</Button>
        <a href={below(back)} className="link">
          Cancel
        </a>
      </div>
      <FormAnswer tone="error" keepsRoom={false}>
        {error}
      </FormAnswer>
    </div>
  )
}
