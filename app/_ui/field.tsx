import type { InputHTMLAttributes } from 'react'

export const CONTROL_CLASS =
  'block w-full rounded border border-edge bg-paper px-3 py-2 text-base text-ink hover:border-ink aria-invalid:border-error'

type Props = Omit<InputHTMLAttributes<HTMLInputElement>, 'id' | 'className'> & {
  name: string
  label: string
  hint?: string
  error?: string | undefined
}

/** A labelled input. One line below is kept free for the hint or the error, so neither moves what follows. */
export function Field({ name, label, hint, error, ...input }: Props) {
  const note = error ?? hint
  return (
    <div>
      <label htmlFor={name} className="mb-1 block font-medium">
        {label}
      </label>
      <input
        {...input}
        id={name}
        name={name}
        className={`${CONTROL_CLASS} min-h-11`}
        aria-invalid={error !== undefined}
        aria-describedby={note === undefined ? undefined : `${name}-note`}
      />
      <p id={`${name}-note`} className={`mt-1 min-h-6 text-sm ${error ? 'text-error' : 'text-muted'}`}>
        {note}
      </p>
    </div>
  )
}
