import { LocalTime } from '../_ui/local-time'
import { reasonInWords } from './_lib/reasons'
import type { SessionEnd } from './_lib/recorded'
import { Glyph } from './glyph'

/** The last sessions of this person that the backend refused to go on with, and why. */
export function Ends({ ends }: { ends: readonly SessionEnd[] }) {
  if (ends.length === 0)
    return (
      <p className="text-muted">None of yours since this process has started, but by your own sign-out.</p>
    )
  return (
    <ol aria-label="Ended sessions, newest first">
      {[...ends].reverse().map(({ id, at, sid, reason }) => (
        <li
          key={id}
          className="grid grid-cols-[1.25rem_minmax(0,1fr)] gap-x-3 border-b border-line py-2 first:pt-0"
        >
          <Glyph icon="ended" />
          <div className="min-w-0">
            <p className="break-words">
              <code className="font-mono text-sm">{reason}</code>: {reasonInWords(reason)}
            </p>
            <p className="text-sm break-words text-muted">
              <LocalTime at={at / 1000} />
              {sid !== '' && (
                <>
                  , session <code className="font-mono break-all">{sid}</code>
                </>
              )}
            </p>
          </div>
        </li>
      ))}
    </ol>
  )
}
