'use client'

import { useSyncExternalStore } from 'react'
import { formatLocal, formatUtc } from '../_lib/time'

const never = () => () => {}

/** A moment: in UTC as the server wrote it, then in the reader's own time once the page is alive. */
export function LocalTime({ at }: { at: number | string }) {
  const date = new Date(typeof at === 'number' ? at * 1000 : at)
  const text = useSyncExternalStore(
    never,
    () => formatLocal(date),
    () => formatUtc(date),
  )
  return (
    <time dateTime={date.toISOString()} className="whitespace-nowrap tabular-nums">
      {text}
    </time>
  )
}
