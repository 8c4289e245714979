import type { ReactNode } from 'react'

/** A calm message with a next step, for what could not be shown. */
export function Notice({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="border-l-2 border-accent pl-5">
      <p className="font-semibold">{title}</p>
      <div className="mt-1 text-muted">{children}</div>
    </div>
  )
}
