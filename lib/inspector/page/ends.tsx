import type { SessionEnd } from '../record/recorded.ts'
import { reasonInWords } from '../view/reasons.ts'
import { dayAndTime } from '../view/time.ts'
import { Glyph } from './glyph.tsx'

/** The last sessions of this person that the backend refused to go on with, and why. */
export function Ends({ ends }: { ends: readonly SessionEnd[] }) {
  if (ends.length === 0)
    return (
      <p className="evi-text evi-muted">
        None of yours since this process has started, but by your own sign-out.
      </p>
    )
  return (
    <ol className="evi-list" aria-label="Ended sessions, newest first">
      {[...ends].reverse().map(({ id, at, sid, reason }) => (
        <li key={id} className="evi-row">
          <Glyph icon="ended" />
          <div className="evi-narrow">
            <p className="evi-text">
              <code className="evi-code">{reason}</code>: {reasonInWords(reason)}
            </p>
            <p className="evi-text evi-small">
              <time dateTime={new Date(at).toISOString()}>{dayAndTime(at)}</time>
              {sid !== '' && (
                <>
                  , session <code className="evi-code">{sid}</code>
                </>
              )}
            </p>
          </div>
        </li>
      ))}
    </ol>
  )
}
