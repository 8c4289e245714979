import { useEffect, useState } from 'react'
import type { Place } from '../mark.ts'
import { type RequestTime, requestTimes } from '../view/request-times.ts'

const SHOWN = 6

const PARTS = [
  { word: 'gateway', fill: 'evi-fill-accent' },
  { word: 'app', fill: 'evi-fill-edge' },
  { word: 'transfer', fill: 'evi-fill-ink' },
]

/** The browser's last requests, measured by the `Server-Timing` of their answers. */
export function RequestTimes({ place }: { place: Place }) {
  const times = useRequestTimes(place)
  const longest = Math.max(1, ...times.map(({ total }) => total))
  return (
    <>
      <p className="evi-text evi-muted">
        The last requests of this page, as the browser measured them. The gateway’s part stands in their{' '}
        <code className="evi-code">Server-Timing</code>.
      </p>
      <ul className="evi-list evi-legend">
        {PARTS.map(({ word, fill }) => (
          <li key={word} className="evi-lamp">
            <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
              <rect width="12" height="12" className={fill} />
            </svg>
            {word}
          </li>
        ))}
      </ul>
      <ol aria-label="Requests, newest first" className="evi-list evi-spaced">
        {times.map((time) => (
          <li key={time.id}>
            <p className="evi-text evi-apart">
              <span className="evi-narrow">
                <code className="evi-code">{time.path}</code>{' '}
                <span className="evi-muted">{time.outcome}</span>
              </span>
              <span>{time.total.toFixed(1)} ms</span>
            </p>
            <Bar time={time} longest={longest} />
            <p className="evi-text evi-small">
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
    <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true" className="evi-bar evi-time">
      <rect width="100" height="1" className="evi-fill-surface" />
      <rect width={width(gateway)} height="1" className="evi-fill-accent" />
      <rect x={width(gateway)} width={width(app)} height="1" className="evi-fill-edge" />
      <rect x={width(gateway + app)} width={width(transfer)} height="1" className="evi-fill-ink" />
    </svg>
  )
}

function useRequestTimes({ basePath, path }: Place): readonly RequestTime[] {
  const [entries, setEntries] = useState<readonly PerformanceResourceTiming[]>([])
  useEffect(() => {
    const observer = new PerformanceObserver((list) => {
      const measured = list
        .getEntries()
        .filter(
          (entry) => entry instanceof PerformanceResourceTiming && !entry.name.includes(`${path}/events`),
        )
      setEntries((before) => [...before, ...(measured as PerformanceResourceTiming[])].slice(-100))
    })
    for (const type of ['navigation', 'resource']) observer.observe({ type, buffered: true })
    return () => observer.disconnect()
  }, [path])
  return requestTimes(entries, SHOWN, basePath)
}
