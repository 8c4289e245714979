import type { Link } from './follow-stream.ts'

const WORDS: Readonly<Record<Link, string>> = {
  connecting: 'Connecting…',
  live: 'Live',
  waiting: 'The server cannot answer right now. Asking again…',
  ended: 'This session has ended.',
  forbidden: 'This account may no longer look at this.',
}

type Props = {
  link: Link
  /** The address of this page. */
  at: string
  /** How many events came since the page was paused; null while it is not. */
  missed: number | null
  onPause: () => void
}

/** Whether what is drawn is up to date, and the button that holds it still. */
export function Connection({ link, at, missed, onPause }: Props) {
  return (
    <div className="evi-connection">
      <button type="button" className="evi-button" onClick={onPause} aria-pressed={missed !== null}>
        Pause
      </button>
      <p role="status" data-testid="connection" className="evi-text evi-lamp">
        <Lamp isOn={link === 'live' && missed === null} />
        <span>
          {missed === null ? WORDS[link] : `Paused: ${missed} new`}{' '}
          {link === 'ended' && (
            // The gateway leads on to the sign-in page, which says why.
            <a href={at} className="evi-link">
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
    <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" className="evi-fixed">
      <circle
        cx="6"
        cy="6"
        r="4.5"
        strokeWidth="1.5"
        className={isOn ? 'evi-fill-accent evi-stroke-accent' : 'evi-fill-none evi-stroke-edge'}
      />
    </svg>
  )
}
