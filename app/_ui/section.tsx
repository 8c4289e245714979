import { type ReactNode, useId } from 'react'

/** A ruled section: its heading in the margin, its content beside it; one under the other on a narrow screen. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = useId()
  return (
    <section
      aria-labelledby={id}
      className="grid gap-x-12 gap-y-4 border-t border-line py-10 md:grid-cols-[13rem_minmax(0,1fr)]"
    >
      <h2 id={id} className="font-semibold">
        {title}
      </h2>
      <div className="min-w-0 max-w-prose">{children}</div>
    </section>
  )
}

/** Terms and their values, as rows. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className="grid gap-y-3 sm:grid-cols-[9rem_minmax(0,1fr)]">{children}</dl>
}

export function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <>
      <dt className="-mb-3 text-muted sm:mb-0">{term}</dt>
      <dd className="min-w-0 tabular-nums">{children}</dd>
    </>
  )
}
