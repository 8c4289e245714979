import { type ReactNode, useId } from 'react'

/** A ruled section: its heading in the margin, its content beside it; one under the other on a narrow screen. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="evi-section">
      <h2 id={id} className="evi-title">
        {title}
      </h2>
      <div className="evi-body">{children}</div>
    </section>
  )
}

/** Terms and their values, as rows. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className="evi-facts">{children}</dl>
}

/** A row of {@link Facts}. */
export function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <>
      <dt className="evi-term">{term}</dt>
      <dd className="evi-value">{children}</dd>
    </>
  )
}
