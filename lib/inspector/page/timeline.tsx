import { useState } from 'react'
import type { Row } from '../view/rows.ts'
import { timeOfDay } from '../view/time.ts'
import { Glyph } from './glyph.tsx'

/** Enough to see what a click did; the rest on demand. */
const FIRST = 12

/** The decisions, newest first. */
export function Timeline({ rows }: { rows: readonly Row[] }) {
  const [showsAll, setShowsAll] = useState(false)
  const shown = showsAll ? rows : rows.slice(0, FIRST)
  if (rows.length === 0) return <p className="evi-text evi-muted">Nothing yet: send a request.</p>
  return (
    <>
      <ol className="evi-list" aria-label="Decisions, newest first">
        {shown.map((row) => (
          <TimelineRow key={row.id} row={row} />
        ))}
      </ol>
      {rows.length > FIRST && (
        <button type="button" className="evi-link evi-more" onClick={() => setShowsAll(!showsAll)}>
          {showsAll ? 'Show the newest' : `Show all ${rows.length}`}
        </button>
      )}
    </>
  )
}

function TimelineRow({ row }: { row: Row }) {
  return (
    <li className="evi-row">
      <Glyph icon={row.icon} />
      <div className="evi-narrow">
        <p className="evi-text">
          <span className="evi-word">{row.word}</span>{' '}
          {row.request !== null && <code className="evi-code evi-muted">{row.request}</code>}
        </p>
        <p className="evi-text evi-small">{row.detail}</p>
      </div>
      <p className="evi-text evi-small evi-when">
        <time dateTime={new Date(row.at).toISOString()}>{timeOfDay(row.at)}</time>
        {row.waited !== null && <span className="evi-waited">{Math.round(row.waited)} ms</span>}
      </p>
    </li>
  )
}
