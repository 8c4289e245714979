import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endsWithUs, logged, onFreePort, type TestServer } from '../../../testing/process.ts'

/** Why tests cannot have a Prometheus; undefined when they can. */
export function whyNoPrometheus(): string | undefined {
  const missing = ['prometheus', 'promtool'].filter((name) => spawnSync(name, ['--version']).error)
  return missing.length === 0 ? undefined : `no ${missing.join(', no ')} on the path`
}

/** A rule as Prometheus read it. */
interface Rule {
  readonly type: 'recording' | 'alerting'
  readonly name: string
  readonly query: string
  readonly health: 'ok' | 'err' | 'unknown'
  readonly lastError?: string
}

/** A Prometheus that asks one server for its metrics many times a second. */
export interface Prometheus extends TestServer {
  /** How many series the answer has. */
  count(query: string): Promise<number>
  rules(): Promise<readonly Rule[]>
}

/**
 * Starts the `prometheus` on the path.
 *
 * @param target - URL of the metrics
 * @param ruleFile - path of its rules
 */
export function startPrometheus(target: string, ruleFile: string): Promise<Prometheus> {
  return onFreePort(async (port) => {
    const directory = mkdtempSync(join(tmpdir(), 'auth-server-prometheus-'))
    const file = join(directory, 'prometheus.json')
    // YAML takes JSON.
    writeFileSync(file, JSON.stringify(configuration(target, ruleFile)))
    const server = spawn(
      'prometheus',
      [
        `--config.file=${file}`,
        `--storage.tsdb.path=${join(directory, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    const readiness = logged(server, server.stderr, 'Server is ready to receive web requests')
    if (server.pid === undefined) rmSync(directory, { recursive: true, force: true })
    const stop = server.pid === undefined ? async () => {} : endsWithUs(server, directory)
    await readiness
    const url = `http://127.0.0.1:${port}`
    return {
      url,
      stop,
      async count(query) {
        const { result } = await ask(`${url}/api/v1/query?${new URLSearchParams({ query })}`)
        return result.length
      },
      async rules() {
        const { groups } = await ask(`${url}/api/v1/rules`)
        return groups.flatMap(({ rules }: { rules: Rule[] }) => rules)
      },
    }
  })
}

const configuration = (target: string, ruleFile: string) => ({
  global: { scrape_interval: '500ms', scrape_timeout: '500ms', evaluation_interval: '500ms' },
  rule_files: [ruleFile],
  scrape_configs: [{ job_name: 'evergate', static_configs: [{ targets: [new URL(target).host] }] }],
})

// biome-ignore lint/suspicious/noExplicitAny: each question has an answer of its own shape
async function ask(url: string): Promise<any> {
  const { status, data, error } = (await (await fetch(url)).json()) as Record<string, unknown>
  if (status !== 'success') throw new Error(`${url}: ${error}`)
  return data
}
