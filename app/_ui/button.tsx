import type { ButtonHTMLAttributes, ReactNode } from 'react'

const LOOKS = {
  primary: 'bg-accent text-on-accent border-accent hover:bg-paper hover:text-accent',
  quiet: 'bg-paper text-ink border-edge hover:border-accent hover:text-accent',
}

export function buttonClass(look: keyof typeof LOOKS = 'primary'): string {
  return `inline-flex min-h-11 shrink-0 items-center justify-center rounded border px-5 py-2 font-medium whitespace-nowrap ${LOOKS[look]}`
}

type Props = ButtonHTMLAttributes<HTMLButtonElement> & {
  look?: keyof typeof LOOKS
  pending?: boolean
  /** Shown while `pending`; both labels keep their room, so the button never changes its size. */
  pendingLabel?: ReactNode
}

/** `aria-disabled` rather than `disabled` while pending: the focus stays where it is. */
export function Button({ look, pending = false, pendingLabel, children, ...rest }: Props) {
  return (
    <button type="submit" {...rest} aria-disabled={pending || undefined} className={buttonClass(look)}>
      <span className="grid *:[grid-area:1/1]">
        <span className={pending && pendingLabel ? 'invisible' : ''}>{children}</span>
        {pendingLabel && <span className={pending ? '' : 'invisible'}>{pendingLabel}</span>}
      </span>
    </button>
  )
}
