import { headers } from 'next/headers'
import { notFound } from 'next/navigation'
import { type ReactElement, type ReactNode, Suspense } from 'react'
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
export function Inspector({ children }: InspectorProps): ReactElement {
  return (
    <Suspense>
      <Permitted>{children}</Permitted>
    </Suspense>
  )
}

/**
 * The inspector as a whole page.
 *
 * @example
 * // app/inspector/page.tsx
 * export { InspectorPage as default } from 'evergate/inspector/page'
 */
export function InspectorPage(): ReactElement {
  return (
    <Suspense>
      <Permitted isPage />
    </Suspense>
  )
}

/** With `cacheComponents` it stands below a `<Suspense>`: a request's headers are no part of a prerendered shell. */
async function Permitted({ isPage, children }: InspectorProps & { isPage?: boolean }): Promise<ReactElement> {
  const place = placeIn((await headers()).get(MARK))
  // The mark is the gateway's. Where none has run, anybody could send it.
  if (place === null || (await getSession()) === null) notFound()
  const panel = (
    <Panel place={place} renderedAt={Date.now()}>
      {children}
    </Panel>
  )
  if (!isPage) return panel
  return (
    <main className="evi evi-page">
      <h1 className="evi-heading">Inspector</h1>
      <p className="evi-text evi-lead">What the gateway decides about this session, while it decides it.</p>
      {panel}
    </main>
  )
}
