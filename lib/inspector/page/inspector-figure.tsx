'use client'

import { LaneFigure } from './lane-figure.tsx'
import './styles.css'
import { useStream } from './use-stream.ts'

/** Properties of {@link InspectorFigure}. */
export type InspectorFigureProps = {
  /** The address of the inspector, `basePath` included: `/inspector`. */
  readonly at: string
  /** The server's time of this rendering: `Date.now()`. */
  readonly renderedAt: number
}

/** The inspector's figure alone, for a page of yours: the visitor's session, its access tokens and its requests, as they come. */
export function InspectorFigure({ at, renderedAt }: InspectorFigureProps) {
  const { view, now } = useStream(at, renderedAt)
  return (
    <div className="evi">
      <LaneFigure events={view.events} now={now} />
    </div>
  )
}
