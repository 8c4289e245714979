import { useState } from 'react'
import type { Row } from './_lib/rows'
import { Glyph } from './glyph'
import { timeOfDay } from './time-of-day'

/** Enough to see what a click did; the rest on demand. */
const FIRST = 12

/** The decisions, newest first. */
export function Timeline({ rows }: { rows: readonly Row[] }) {
  const [showsAll, setShowsAll] = useState(false)
  const shown = showsAll ? rows : rows.slice(0, FIRST)
  if (rows.length === 0) return <p className="text-muted">Nothing yet: send a request.</p>
  return (
    <>
      <ol aria-label="Decisions, newest first">
        {shown.map((row) => (
          <TimelineRow key={row.id} row={row} />
        ))}
      </ol>
      {rows.length > FIRST && (
        <button type="button" className="link mt-3 min-h-11" onClick={() => setShowsAll(!showsAll)}>
          {showsAll ? 'Show the newest' : `Show all ${rows.length}`}
        </button>
      )}
    </>
  )
}

function TimelineRow({ row }: { row: Row }) {
  return (
    <li className="grid grid-cols-[1.25rem_minmax(0,1fr)_auto] gap-x-3 border-b border-line py-2 first:pt-0">
      <Glyph icon={row.icon} />
      <div className="min-w-0">
        <p className="break-words">
          <span className="font-medium">{row.word}</span>{' '}
          {row.request !== null && <code className="font-mono text-sm text-muted">{row.request}</code>}
        </p>
        <p className="text-sm break-words text-muted">{row.detail}</p>
      </div>
      <p className="text-right text-sm text-muted tabular-nums">
        <time dateTime={new Date(row.at).toISOString()}>{timeOfDay(row.at)}</time>
        {row.waited !== null && <span className="block text-ink">{Math.round(row.waited)} ms</span>}
      </p>
    </li>
  )
}
