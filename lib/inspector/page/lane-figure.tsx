import type { Recorded } from '../record/recorded.ts'
import { currentToken, type Lanes, lanesOf, type MarkKind } from '../view/lanes.ts'
import { formatDuration } from '../view/time.ts'
import { Mark } from './glyph.tsx'

const LEGEND: readonly { kind: MarkKind; word: string }[] = [
  { kind: 'request', word: 'a request' },
  { kind: 'renewed', word: 'renewed' },
  { kind: 'degraded', word: 'degraded' },
  { kind: 'ended', word: 'ended' },
]

/** The figure of the start page, drawn from what has happened: a session, its access tokens, its requests. */
export function LaneFigure({ events, now }: { events: readonly Recorded[]; now: number }) {
  const lanes = lanesOf(events, now)
  return (
    <figure className="evi-figure">
      <TokenLife events={events} now={now} hasEnded={lanes.endedAt !== null} />
      <LaneDrawing lanes={lanes} />
      <figcaption>
        <ul className="evi-list evi-legend">
          {LEGEND.map(({ kind, word }) => (
            <li key={kind} className="evi-lamp">
              <svg viewBox="-10 -10 20 20" width="18" height="18" aria-hidden="true">
                <Mark kind={kind} />
              </svg>
              {word}
            </li>
          ))}
        </ul>
      </figcaption>
    </figure>
  )
}

function TokenLife({
  events,
  now,
  hasEnded,
}: {
  events: readonly Recorded[]
  now: number
  hasEnded: boolean
}) {
  const token = currentToken(events)
  const left = token && !hasEnded ? Math.max(0, token.expiresAt - now / 1000) : 0
  const life = token ? Math.max(1, token.expiresAt - token.issuedAt) : 1
  return (
    <div className="evi-life">
      <p className="evi-text evi-left">
        <span role="timer" aria-label="Access token, time left" className="evi-clock">
          {formatDuration(left)}
        </span>
        <span className="evi-muted">left of the access token’s {formatDuration(token ? life : 0)}</span>
      </p>
      <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true" className="evi-bar">
        <rect width="100" height="1" className="evi-fill-line" />
        <rect width={(100 * Math.min(left, life)) / life} height="1" className="evi-fill-accent" />
      </svg>
    </div>
  )
}

const share = (value: number) => `${(100 * value).toFixed(2)}%`

/** Places are percentages and sizes are pixels, so that nothing is distorted at any width. */
function LaneDrawing({ lanes }: { lanes: Lanes }) {
  const { tokens, marks, startedAt, endedAt } = lanes
  const renewals = marks.filter(({ kind }) => kind === 'renewed')
  return (
    <svg role="img" aria-labelledby="lanes-title" className="evi-lanes">
      <title id="lanes-title">
        {`The last ${inWords(lanes)}: ${count(tokens.length, 'access token')}, ${count(marks.length, 'request')}, ` +
          `${count(renewals.length, 'renewal')}. The session ${endedAt === null ? 'goes on' : 'has ended'}.`}
      </title>
      <text y="12">session</text>
      <line
        x1={share(startedAt)}
        x2={share(endedAt ?? 1)}
        y1="24"
        y2="24"
        className="evi-stroke-accent"
        strokeWidth="3"
      />
      <text y="54">access tokens</text>
      <line x2="100%" y1="74" y2="74" className="evi-stroke-line" />
      {tokens.map(({ id, start, end }) => (
        <rect
          key={id}
          x={share(start)}
          y="63"
          width={share(end - start)}
          height="22"
          rx="3"
          className="evi-fill-surface evi-stroke-edge"
        />
      ))}
      <text y="112">requests</text>
      <line x2="100%" y1="130" y2="130" className="evi-stroke-line" />
      {renewals.map(({ id, at }) => (
        <line
          key={id}
          x1={share(at)}
          x2={share(at)}
          y1="60"
          y2="130"
          className="evi-stroke-accent"
          strokeDasharray="2 4"
        />
      ))}
      {marks.map(({ id, at, kind }) => (
        <svg key={id} x={share(at)} y="130" className="evi-overflowing" aria-hidden="true">
          <Mark kind={kind} />
        </svg>
      ))}
      <text y="164">{`${inWords(lanes)} ago`}</text>
      <text x="100%" y="164" textAnchor="end">
        now
      </text>
    </svg>
  )
}

const count = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`

function inWords({ from, to }: Lanes): string {
  const seconds = Math.round((to - from) / 1000)
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
}
