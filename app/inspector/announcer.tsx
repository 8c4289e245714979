import type { Recorded } from './_lib/recorded'
import { rowsOf } from './_lib/rows'

/** Tells a screen reader what is out of the ordinary; not every request. */
export function Announcer({ newest }: { newest: Recorded | null }) {
  const [row] = newest ? rowsOf([newest]) : []
  const isWorthIt = row !== undefined && row.word !== 'active'
  return (
    <p role="status" className="sr-only">
      {isWorthIt ? `${row.word}: ${row.detail}` : ''}
    </p>
  )
}
