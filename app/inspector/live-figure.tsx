'use client'

import { LaneFigure } from './lane-figure'
import { useStream } from './use-stream'

/** The figure of the start page for somebody who is signed in: their own session, while it happens. */
export function LiveFigure({ renderedAt }: { renderedAt: number }) {
  const { view, now } = useStream(renderedAt)
  return <LaneFigure events={view.events} now={now} />
}
