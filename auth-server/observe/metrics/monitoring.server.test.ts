import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { drive, startMeasured } from './testing/drive.ts'
import { startPrometheus, whyNoPrometheus } from './testing/prometheus.ts'
import { dashboardQueries, docs, inPromql, read, rulesOfAlerts, selectorsOf } from './testing/queries.ts'
import { metricsOf } from './testing/scrape.ts'

vi.setConfig({ testTimeout: 60_000 })

// `monitoring.test.ts` looks at the same queries where there is no Prometheus.
const missing = whyNoPrometheus()
const skipped = missing ? ` (skipped: ${missing})` : ''

function promtool(...words: string[]): [status: number | null, output: string] {
  const { status, stdout, stderr } = spawnSync('promtool', words, { encoding: 'utf8' })
  return [status, stdout + stderr]
}

it.skipIf(missing)(
  `a real Prometheus finds in a real scrape what the dashboard and the alerts ask for${skipped}`,
  async () => {
    const server = await startMeasured()
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

    const rules = rulesOfAlerts()
    const known = (await prometheus.rules()).map(({ name }) => name)
    // It tells the groups in no order of its own.
    expect(known.sort()).toEqual(rules.map(({ name }) => name).sort())
    const queries = dashboardQueries()
    const asked = [...queries, ...rules.map(({ query }) => query)].flatMap(selectorsOf)
    const all = [...new Set([...queries, ...asked.map(inPromql)])]
    const empty = async () => {
      const counts = await Promise.all(all.map((query) => prometheus.count(query)))
      return all.filter((_, index) => counts[index] === 0)
    }
    // A rate needs two scrapes, and some series begin when something happens.
    await expect.poll(empty, { timeout: 30_000 }).toEqual([])
  },
)

it.skipIf(missing)(`each alert fires when it should, and no other with it${skipped}`, () => {
  const file = 'monitoring/alerts.test.yaml'
  expect(promtool('test', 'rules', join(docs, file))).toEqual([0, expect.stringContaining('SUCCESS')])
  const tried = new Set([...read(file).matchAll(/alertname="(\w+)"/g)].map(([, name]) => name))
  const alerts = rulesOfAlerts().flatMap(({ kind, name }) => (kind === 'alert' ? [name] : []))
  expect(tried).toEqual(new Set(alerts))
})

it.skipIf(missing)(
  `prometheus.yml is a configuration that Prometheus takes, with its rules${skipped}`,
  () => {
    const answer = promtool('check', 'config', '--lint-fatal', join(docs, 'monitoring/prometheus.yml'))
    expect(answer).toEqual([0, expect.stringMatching(/1 rule files found.*SUCCESS: \d+ rules found/s)])
  },
)
