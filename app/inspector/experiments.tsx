'use client'

import { useState } from 'react'
import { Button } from '../_ui/button'
import { FormAnswer } from '../_ui/form-answer'
import { useBrokenBackend } from './broken-backend'
import { BREAK, EXPIRE, type Experiment, MEND, RENEW, REPLAY, SEND, THEFT } from './experiment-list'

/** Buttons that make things happen; what breaks things is for the demo. */
export function Experiments({ isAvailable }: { isAvailable: boolean }) {
  const isBroken = useBrokenBackend()
  const [running, setRunning] = useState<Experiment | null>(null)
  const [told, setTold] = useState('')
  const onBackend = isBroken === null ? [] : [isBroken ? MEND : BREAK]
  // A replay that finds no backend would prove nothing.
  const onSession = isBroken ? [] : [THEFT, REPLAY]
  const offered = isAvailable ? [SEND, EXPIRE, RENEW, ...onBackend, ...onSession] : [SEND]

  async function run(experiment: Experiment) {
    if (running !== null) return
    setRunning(experiment)
    setTold(await experiment.run())
    setRunning(null)
  }

  return (
    <>
      {!isAvailable && (
        <p className="mb-4 text-muted">Only the demo breaks things on purpose; what is left is harmless.</p>
      )}
      <ul className="space-y-4">
        {offered.map((experiment) => (
          <li
            key={experiment.id}
            className="grid gap-x-6 gap-y-1 sm:grid-cols-[17rem_minmax(0,1fr)] sm:items-center"
          >
            <div className="grid">
              <Button
                type="button"
                look="quiet"
                onClick={() => run(experiment)}
                pending={running?.id === experiment.id}
                pendingLabel="…"
                aria-describedby={`experiment-${experiment.id}`}
              >
                {experiment.label}
              </Button>
            </div>
            <p id={`experiment-${experiment.id}`} className="text-sm text-muted">
              {experiment.hint}
            </p>
          </li>
        ))}
      </ul>
      <FormAnswer tone="result">
        <span data-testid="answer" className="tabular-nums">
          {told}
        </span>
      </FormAnswer>
    </>
  )
}
