import type { Child } from '../../testing/child.ts'

/** Where a server said that its metrics are. */
export function metricsOf(server: Child): string {
  const [, url] = /, metrics (http:\S+)/.exec(server.output()) ?? []
  if (!url) throw new Error(`no metrics: ${server.output()}`)
  return url
}

/** The value of one series, undefined when a scrape does not have it. */
export function sampleOf(
  text: string,
  name: string,
  labels: Readonly<Record<string, string>>,
): number | undefined {
  const wanted = series(name, Object.entries(labels))
  for (const line of text.split('\n')) {
    const [, found = '', pairs = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
    const parsed = [...pairs.matchAll(/(\w+)="([^"]*)"/g)].map(
      ([, key = '', text = '']): [string, string] => [key, text],
    )
    if (series(found, parsed) === wanted) return Number(value)
  }
  return undefined
}

const series = (name: string, labels: [string, string][]) => JSON.stringify([name, labels.sort()])
