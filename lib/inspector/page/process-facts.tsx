import type { ProcessState } from '../record/recorded.ts'
import { timeOfDay } from '../view/time.ts'
import { Glyph } from './glyph.tsx'
import { Fact, Facts } from './section.tsx'

/** The state of the gateway's process: its breaker, its cache of verified tokens, its shared renewals. */
export function ProcessFacts({ process, now }: { process: ProcessState; now: number }) {
  const { tokens, renewals, lastFailure } = process
  return (
    <Facts>
      <Fact term="Breaker">
        <Breaker breaker={process.breaker} now={now} />
      </Fact>
      <Fact term="Token cache">
        <Share
          part={tokens.cached}
          whole={tokens.cached + tokens.verified}
          word="good tokens came from the cache"
        />
      </Fact>
      <Fact term="Renewals">
        <Share
          part={renewals.shared}
          whole={renewals.shared + renewals.called}
          word="renewed requests shared a call"
        />
      </Fact>
      <Fact term="Backend">
        {lastFailure === null ? (
          'Has answered each time.'
        ) : (
          <>
            Last failed at {timeOfDay(lastFailure.at)}: <code className="evi-code">{lastFailure.reason}</code>
          </>
        )}
      </Fact>
    </Facts>
  )
}

function Breaker({ breaker, now }: { breaker: ProcessState['breaker']; now: number }) {
  if (breaker.state === 'closed')
    return (
      <span data-testid="breaker" className="evi-lamp">
        <Glyph icon="closed" />
        closed: renewals call the backend
      </span>
    )
  const isDue = now >= breaker.at + breaker.pause
  return (
    <span data-testid="breaker" className="evi-lamp">
      <Glyph icon="open" />
      {isDue ? 'open: the next renewal is a probe' : 'open: no renewal calls the backend for a moment'}
    </span>
  )
}

function Share({ part, whole, word }: { part: number; whole: number; word: string }) {
  return (
    <>
      {`${part} of ${whole} ${word}`}
      <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true" className="evi-bar evi-share">
        <rect width="100" height="1" className="evi-fill-line" />
        <rect width={whole === 0 ? 0 : (100 * part) / whole} height="1" className="evi-fill-accent" />
      </svg>
    </>
  )
}
