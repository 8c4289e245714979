import { headers } from 'next/headers'
import { notFound } from 'next/navigation'
import type { ReactElement, ReactNode } from 'react'
import { getSession } from '../../next/session.ts'
import { MARK, placeIn } from '../mark.ts'
import { Panel } from './panel.tsx'

/** Properties of {@link Inspector}. */
export type InspectorProps = {
  /** Sections of yours, below the figure. */
  readonly children?: ReactNode
}

/**
 * Shows what the gateway decides about the visitor's session, in a page of yours that has a heading and a `<main>`. The option `inspector` of
 * `createGateway()` says who sees it; for everybody else, and where there is no such option, the page is 404.
 */
export async function Inspector({ children }: InspectorProps): Promise<ReactElement> {
  const place = placeIn((await headers()).get(MARK))
  // The mark is the gateway's. Where none has run, anybody could send it.
  if (place === null || (await getSession()) === null) notFound()
  return (
    <Panel place={place} renderedAt={Date.now()}>
      {children}
    </Panel>
  )
}

/**
 * The inspector as a whole page.
 *
 * @example
 * // app/inspector/page.tsx
 * export { InspectorPage as default } from 'evergate/inspector/page'
 */
export async function InspectorPage(): Promise<ReactElement> {
  const inspector = await Inspector({})
  return (
    <main className="evi evi-page">
      <h1 className="evi-heading">Inspector</h1>
      <p className="evi-text evi-lead">What the gateway decides about this session, while it decides it.</p>
      {inspector}
    </main>
  )
}
