'use client'

import { type ReactNode, useState } from 'react'
import type { Place } from '../mark.ts'
import { rowsOf } from '../view/rows.ts'
import type { View } from '../view/view.ts'
import { Announcer } from './announcer.tsx'
import { Connection } from './connection.tsx'
import { Ends } from './ends.tsx'
import { LaneFigure } from './lane-figure.tsx'
import { ProcessFacts } from './process-facts.tsx'
import { RequestTimes } from './request-times.tsx'
import { Section } from './section.tsx'
import './styles.css'
import { Timeline } from './timeline.tsx'
import { useStream } from './use-stream.ts'

type Props = { place: Place; renderedAt: number; children?: ReactNode }

/** Everything on the page that moves; one stream feeds it. */
export function Panel({ place, renderedAt, children }: Props) {
  const at = place.basePath + place.path
  const { view, link, now: clock } = useStream(at, renderedAt)
  const [held, setHeld] = useState<{ view: View; now: number } | null>(null)
  const shown = held?.view ?? view
  const now = held?.now ?? clock
  return (
    <div className="evi">
      <p className="evi-text evi-muted evi-without-script">It is drawn by JavaScript, which is off.</p>
      <div className="evi-with-script">
        <Connection
          link={link}
          at={at}
          missed={held && view.events.filter((recorded) => !held.view.events.includes(recorded)).length}
          onPause={() => setHeld(held ? null : { view, now: clock })}
        />
        <LaneFigure events={shown.events} now={now} />
        {children}
        <Section title="Decisions">
          <Timeline rows={rowsOf(shown.events)} />
        </Section>
        <Section title="Where the time went">
          <RequestTimes place={place} />
        </Section>
        <Section title="The gateway’s process">
          <ProcessFacts process={shown.process} now={now} />
        </Section>
        <Section title="Sessions that ended">
          <Ends ends={shown.ends} />
        </Section>
        <Announcer newest={shown.events.at(-1) ?? null} />
      </div>
    </div>
  )
}
