import { expect, it } from 'vitest'
import { drive, startMeasured } from './testing/drive.ts'
import { dashboardQueries, inPromql, read, rulesOfAlerts, selectorsOf } from './testing/queries.ts'
import { hasSeries, metricsOf } from './testing/scrape.ts'

// A misspelt query finds nothing, without a word, and its alert is silent for good.

async function scrapeOfDriven(): Promise<string> {
  const server = await startMeasured()
  await drive(server)
  return await (await fetch(metricsOf(server))).text()
}

it('a real scrape has every series, label and value that the dashboard and the alerts ask for', async () => {
  const rules = rulesOfAlerts()
  const names = [...read('monitoring/alerts.yaml').matchAll(/- (?:record|alert): (\S+)/g)]
  expect(rules.map(({ name }) => name)).toEqual(names.map(([, name]) => name))
  const queries = [...dashboardQueries(), ...rules.map(({ query }) => query)]
  expect(queries.length).toBeGreaterThan(20)

  const text = await scrapeOfDriven()
  const recorded = rules.flatMap(({ kind, name }) => (kind === 'record' ? [`${name} 1`] : []))
  // Prometheus says this itself of a target.
  const all = [text, 'up{job="evergate",instance="127.0.0.1:9464"} 1', ...recorded].join('\n')
  const selectors = queries.flatMap(selectorsOf)
  expect(selectors.filter((selector) => !hasSeries(all, selector)).map(inPromql)).toEqual([])
})

it('docs/monitoring.md has every metric of the auth server, its labels, and each alert', async () => {
  const page = read('monitoring.md')
  const text = await scrapeOfDriven()
  const types = [...text.matchAll(/^# TYPE (evergate_\w+) (\w+)$/gm)]
  const labelsOf = (metric: string) => {
    const [, pairs = ''] = new RegExp(`^${metric}(?:_bucket|_count|)\\{(.*)\\}`, 'm').exec(text) ?? []
    return [...pairs.matchAll(/(\w+)="/g)].map(([, name]) => name).filter((name) => name !== 'le')
  }
  const rows = types.map(([, name = '', type]) => {
    const labels = labelsOf(name).map((label) => `\`${label}\``)
    return `| \`${name}\` | ${type} | ${labels.join(', ')} |`.replace('|  |', '| |')
  })
  expect(rows.filter((row) => !page.includes(row))).toEqual([])
  const named = [...page.matchAll(/`(evergate_\w+)`/g)].map(([, name = '']) => name)
  expect(named.filter((name) => !text.includes(`# TYPE ${name} `))).toEqual([])

  const alerts = rulesOfAlerts().filter(({ kind }) => kind === 'alert')
  const documented = [...page.matchAll(/^\| `(Evergate\w+)` \|/gm)]
  expect(documented.map(([, name]) => name)).toEqual(alerts.map(({ name }) => name))
})

it('the check of queries sees what is misspelt', () => {
  const scrape = 'hits_total{route="refresh"} 1'
  const found = (query: string) => selectorsOf(query).map((selector) => hasSeries(scrape, selector))
  expect(found('sum by (route) (rate(hits_total{route="refresh"}[5m]))')).toEqual([true])
  expect(found('rate(hit_total[5m])')).toEqual([false])
  expect(found('hits_total{rout="refresh"}')).toEqual([false])
  expect(found('hits_total{route=~"refresh|refesh"}')).toEqual([true, false])
  expect(found('sum by (rout) (hits_total) > 1')).toEqual([false])
  expect(() => found('sum(rate(hits_total[5m])')).toThrow('not PromQL')
  expect(() => found('hits_total{route!="x"}')).toThrow('nothing here checks !=')
})
