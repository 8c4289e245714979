import { below } from '../_lib/base-path'
import { Button } from '../_ui/button'
import type { Link } from './follow-stream'

const WORDS: Readonly<Record<Link, string>> = {
  connecting: 'Connecting…',
  live: 'Live',
  waiting: 'The server cannot answer right now. Asking again…',
  ended: 'This session has ended.',
  forbidden: 'This account may no longer look at this.',
}

type Props = {
  link: Link
  /** How many events came since the page was paused; null while it is not. */
  missed: number | null
  onPause: () => void
}

/** Whether what is drawn is up to date, and the button that holds it still. */
export function Connection({ link, missed, onPause }: Props) {
  return (
    <div className="flex min-h-16 flex-wrap items-center gap-x-6 gap-y-2 pb-6">
      <Button type="button" look="quiet" onClick={onPause} aria-pressed={missed !== null}>
        Pause
      </Button>
      <p role="status" data-testid="connection" className="flex items-center gap-2">
        <Lamp isOn={link === 'live' && missed === null} />
        <span>
          {missed === null ? WORDS[link] : `Paused: ${missed} new`}{' '}
          {link === 'ended' && (
            // The gateway leads on to the sign-in page, which says why.
            <a href={below('/inspector')} className="link">
              Sign in again
            </a>
          )}
        </span>
      </p>
    </div>
  )
}

function Lamp({ isOn }: { isOn: boolean }) {
  return (
    <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" className="shrink-0">
      <circle
        cx="6"
        cy="6"
        r="4.5"
        strokeWidth="1.5"
        className={isOn ? 'fill-accent stroke-accent' : 'fill-none stroke-edge'}
      />
    </svg>
  )
}
