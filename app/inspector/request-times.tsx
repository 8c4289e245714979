import { useEffect, useState } from 'react'
import { STREAM_PATH } from './_lib/recorded'
import { type RequestTime, requestTimes } from './_lib/request-times'

const SHOWN = 6

const PARTS = [
  { word: 'gateway', fill: 'fill-accent' },
  { word: 'app', fill: 'fill-edge' },
  { word: 'transfer', fill: 'fill-ink' },
]

/** The browser's last requests, measured by the `Server-Timing` of their answers. */
export function RequestTimes() {
  const times = useRequestTimes()
  const longest = Math.max(1, ...times.map(({ total }) => total))
  return (
    <>
      <p className="mb-4 text-muted">
        The last requests of this page, as the browser measured them. The gateway’s part stands in their{' '}
        <code className="font-mono text-sm">Server-Timing</code>.
      </p>
      <ul className="mb-4 flex flex-wrap gap-x-6 gap-y-1 text-sm text-muted">
        {PARTS.map(({ word, fill }) => (
          <li key={word} className="inline-flex items-center gap-2">
            <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
              <rect width="12" height="12" className={fill} />
            </svg>
            {word}
          </li>
        ))}
      </ul>
      <ol aria-label="Requests, newest first" className="space-y-4">
        {times.map((time) => (
          <li key={time.id}>
            <p className="flex flex-wrap justify-between gap-x-4">
              <span className="min-w-0">
                <code className="font-mono text-sm break-all">{time.path}</code>{' '}
                <span className="text-muted">{time.outcome}</span>
              </span>
              <span className="tabular-nums">{time.total.toFixed(1)} ms</span>
            </p>
            <Bar time={time} longest={longest} />
            <p className="text-sm text-muted tabular-nums">
              gateway {time.gateway.toFixed(1)}, app {time.app.toFixed(1)}, transfer{' '}
              {time.transfer.toFixed(1)}
            </p>
          </li>
        ))}
      </ol>
    </>
  )
}

function Bar({ time, longest }: { time: RequestTime; longest: number }) {
  const { gateway, app, transfer } = time
  const width = (value: number) => (100 * value) / longest
  return (
    <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true" className="my-1 block h-3 w-full">
      <rect width="100" height="1" className="fill-surface" />
      <rect width={width(gateway)} height="1" className="fill-accent" />
      <rect x={width(gateway)} width={width(app)} height="1" className="fill-edge" />
      <rect x={width(gateway + app)} width={width(transfer)} height="1" className="fill-ink" />
    </svg>
  )
}

function useRequestTimes(): readonly RequestTime[] {
  const [entries, setEntries] = useState<readonly PerformanceResourceTiming[]>([])
  useEffect(() => {
    const observer = new PerformanceObserver((list) => {
      const measured = list
        .getEntries()
        .filter((entry) => entry instanceof PerformanceResourceTiming && !entry.name.includes(STREAM_PATH))
      setEntries((before) => [...before, ...(measured as PerformanceResourceTiming[])].slice(-100))
    })
    for (const type of ['navigation', 'resource']) observer.observe({ type, buffered: true })
    return () => observer.disconnect()
  }, [])
  return requestTimes(entries, SHOWN)
}
