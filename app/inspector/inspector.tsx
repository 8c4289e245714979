'use client'

import { useState } from 'react'
import { Section } from '../_ui/section'
import { rowsOf } from './_lib/rows'
import type { View } from './_lib/view'
import { Announcer } from './announcer'
import { Connection } from './connection'
import { Ends } from './ends'
import { Experiments } from './experiments'
import { LaneFigure } from './lane-figure'
import { ProcessFacts } from './process-facts'
import { RequestTimes } from './request-times'
import { Timeline } from './timeline'
import { useStream } from './use-stream'

/** Everything on the page that moves; one stream feeds it. */
export function Inspector({ renderedAt, hasExperiments }: { renderedAt: number; hasExperiments: boolean }) {
  const { view, link, now: clock } = useStream(renderedAt)
  const [held, setHeld] = useState<{ view: View; now: number } | null>(null)
  const shown = held?.view ?? view
  const now = held?.now ?? clock
  return (
    <>
      <Connection
        link={link}
        missed={held && view.events.filter((recorded) => !held.view.events.includes(recorded)).length}
        onPause={() => setHeld(held ? null : { view, now: clock })}
      />
      <LaneFigure events={shown.events} now={now} />
      <Section title="Try it">
        <Experiments isAvailable={hasExperiments} isOver={link === 'ended'} />
      </Section>
      <Section title="Decisions">
        <Timeline rows={rowsOf(shown.events)} />
      </Section>
      <Section title="Where the time went">
        <RequestTimes />
      </Section>
      <Section title="The gateway’s process">
        <ProcessFacts process={shown.process} now={now} />
      </Section>
      <Section title="Sessions that ended">
        <Ends ends={shown.ends} />
      </Section>
      <Announcer newest={shown.events.at(-1) ?? null} />
    </>
  )
}
