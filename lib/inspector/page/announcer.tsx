import type { Recorded } from '../record/recorded.ts'
import { rowsOf } from '../view/rows.ts'

/** Tells a screen reader what is out of the ordinary; not every request. */
export function Announcer({ newest }: { newest: Recorded | null }) {
  const [row] = newest ? rowsOf([newest]) : []
  const isWorthIt = row !== undefined && row.word !== 'active'
  return (
    <p role="status" className="evi-unseen">
      {isWorthIt ? `${row.word}: ${row.detail}` : ''}
    </p>
  )
}
