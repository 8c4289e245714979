import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { startChild } from '../testing/child.ts'
import { temporaryDirectory } from '../testing/harness.ts'
import { drive } from './testing/drive.ts'
import { startPrometheus, whyNoPrometheus } from './testing/prometheus.ts'
import { metricsOf } from './testing/scrape.ts'

vi.setConfig({ testTimeout: 60_000 })

const docs = join(import.meta.dirname, '../../docs')
const missing = whyNoPrometheus()
if (missing && process.env.CI) throw new Error(`what CI must have is missing: ${missing}`)
const skipped = missing ? ` (skipped: ${missing})` : ''
const startDriven = () =>
  startChild({
    cwd: temporaryDirectory(),
    environment: { METRICS_PORT: '0', REFRESH_GRACE: '0', SIGN_IN_LIMIT: '2/300' },
  })

function promtool(...words: string[]): [status: number | null, output: string] {
  const { status, stdout, stderr } = spawnSync('promtool', words, { encoding: 'utf8' })
  return [status, stdout + stderr]
}

/** The queries of the dashboard, as Grafana sends them. */
function dashboardQueries(): string[] {
  const { panels } = JSON.parse(readFileSync(join(docs, 'monitoring/dashboard.json'), 'utf8')) as {
    panels: { targets: { expr: string }[] }[]
  }
  const queries = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))
  return queries.map((query) => query.replace(/\$__(rate_interval|range)\b/g, '5m'))
}

/** Each series that a query asks for, `a|b` as two: a misspelt name or label would find nothing, and an alert of it be silent for good. */
function selectorsOf(query: string): string[] {
  const selectors = [...query.matchAll(/\b((?:evergate|nodejs|process)[_:][\w:]+|up)\b(\{[^}]*\})?/g)]
  return selectors.flatMap(([, name, labels = '']) => {
    const alternatives = /=~"([^"]*)"/.exec(labels)?.[1]?.split('|')
    return alternatives?.map((one) => name + labels.replace(/=~"[^"]*"/, `="${one}"`)) ?? [name + labels]
  })
}

it.skipIf(missing)(
  `a real Prometheus finds in a real scrape what the dashboard and the alerts ask for${skipped}`,
  async () => {
    const server = await startDriven()
    const prometheus = await startPrometheus(metricsOf(server), join(docs, 'monitoring/alerts.yaml'))
    onTestFinished(() => prometheus.stop())
    // Prometheus must have seen the counters at 0, or no rate of theirs grows.
    await expect.poll(() => prometheus.count('evergate_store_up == 1'), { timeout: 30_000 }).toBe(1)
    await drive(server)
    await expect
      .poll(() => prometheus.count('evergate:lost_sessions:ratio5m > 0'), { timeout: 30_000 })
      .toBe(1)
    await expect
      .poll(async () => (await prometheus.rules()).filter(({ health }) => health !== 'ok'), {
        timeout: 30_000,
      })
      .toEqual([])

    const rules = await prometheus.rules()
    const queries = dashboardQueries()
    expect([rules.length, queries.length].every((count) => count > 10)).toBe(true)
    const selectors = new Set([...rules.map(({ query }) => query), ...queries].flatMap(selectorsOf))
    const empty = async () => {
      const all = [...queries, ...selectors]
      const counts = await Promise.all(all.map((query) => prometheus.count(query)))
      return all.filter((_, index) => counts[index] === 0)
    }
    // A rate needs two scrapes, and some series begin when something happens.
    await expect.poll(empty, { timeout: 30_000 }).toEqual([])
  },
)

it.skipIf(missing)(`each alert fires when it should, and no other with it${skipped}`, () => {
  const file = join(docs, 'monitoring/alerts.test.yaml')
  expect(promtool('test', 'rules', file)).toEqual([0, expect.stringContaining('SUCCESS')])
  const named = (text: string, pattern: RegExp) =>
    new Set([...text.matchAll(pattern)].map(([, name]) => name))
  const alerts = named(readFileSync(join(docs, 'monitoring/alerts.yaml'), 'utf8'), /alert: (\w+)/g)
  expect(named(readFileSync(file, 'utf8'), /alertname="(\w+)"/g)).toEqual(alerts)
})

it.skipIf(missing)(
  `prometheus.yml is a configuration that Prometheus takes, with its rules${skipped}`,
  () => {
    const answer = promtool('check', 'config', '--lint-fatal', join(docs, 'monitoring/prometheus.yml'))
    expect(answer).toEqual([0, expect.stringMatching(/1 rule files found.*SUCCESS: \d+ rules found/s)])
  },
)

it('docs/monitoring.md has every metric of the auth server, its labels, and each alert', async () => {
  const page = readFileSync(join(docs, 'monitoring.md'), 'utf8')
  const server = await startDriven()
  await drive(server)
  const text = await (await fetch(metricsOf(server))).text()
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

  const alerts = [...readFileSync(join(docs, 'monitoring/alerts.yaml'), 'utf8').matchAll(/alert: (\w+)/g)]
  const documented = [...page.matchAll(/^\| `(Evergate\w+)` \|/gm)]
  expect(documented.map(([, name]) => name)).toEqual(alerts.map(([, name]) => name))
})
