import type { Child } from '../../../testing/child.ts'
import type { Selector } from './queries.ts'

/** Where a server said that its metrics are. */
export function metricsOf(server: Child): string {
  const [, url] = /, metrics (http:\S+)/.exec(server.output()) ?? []
  if (!url) throw new Error(`no metrics: ${server.output()}`)
  return url
}

interface Series {
  readonly name: string
  readonly labels: ReadonlyMap<string, string>
  readonly value: number
}

function seriesOf(text: string): Series[] {
  return text.split('\n').flatMap((line) => {
    const [, name, pairs = '', value] = /^([\w:]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
    if (name === undefined) return []
    const labels = new Map(
      [...pairs.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', text = '']): [string, string] => [key, text]),
    )
    return [{ name, labels, value: Number(value) }]
  })
}

/** The value of one series, undefined when a scrape does not have it. */
export function sampleOf(
  text: string,
  name: string,
  labels: Readonly<Record<string, string>>,
): number | undefined {
  const wanted = Object.entries(labels)
  return seriesOf(text).find(
    (series) => series.labels.size === wanted.length && fits(series, { metric: name, labels, groupedBy: [] }),
  )?.value
}

/** Whether a scrape has a series that a query asks for. */
export function hasSeries(text: string, selector: Selector): boolean {
  return seriesOf(text).some((series) => fits(series, selector))
}

function fits(series: Series, { metric, labels, groupedBy }: Selector): boolean {
  return (
    series.name === metric &&
    Object.entries(labels).every(([name, value]) => series.labels.get(name) === value) &&
    groupedBy.every((name) => series.labels.has(name))
  )
}
