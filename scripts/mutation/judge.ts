import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { node } from '../lib/paths.mjs'
import { run } from '../lib/run.mjs'

/** What of Vitest's JSON report counts here. */
type Report = {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message?: string
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: string
      readonly failureMessages?: readonly string[] | undefined
    }[]
  }[]
}

/** What the tests say of a protection that was taken away. */
type Verdict = 'caught' | 'NOT CAUGHT'

/** A test must fail. A file that cannot be loaded is no test: it says nothing about the protection. */
export const verdictOf = (report: Report | undefined): Verdict =>
  report && report.numFailedTests > 0 ? 'caught' : 'NOT CAUGHT'

/** The first test that failed, and the first line of its message. */
export function firstFailure(report: Report | undefined): { title: string; message: string } | undefined {
  const all = report?.testResults.flatMap(({ assertionResults }) => assertionResults) ?? []
  const failed = all.find(({ status }) => status === 'failed')
  return failed && { title: failed.fullName, message: failed.failureMessages?.[0]?.split('\n')[0] ?? '' }
}

/** What is wrong with a run in which nothing is taken away; undefined when all is well. */
export function troubleIn(report: Report | undefined, code: number): string | undefined {
  if (!report) return `Vitest has left no report (exit code ${code})`
  const wrong = report.testResults.flatMap(({ name, status, message = '', assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed')
    if (failed.length > 0) return failed.map(({ fullName }) => `${name}: ${fullName}`)
    return status === 'failed' ? [`${name}: ${message}`] : []
  })
  if (wrong.length > 0) return wrong.join('\n')
  return report.numPassedTests === 0 ? 'no test has run' : undefined
}

/** Started by these alone: what starts processes or stores of its own. See vitest.config.ts. */
const OF_STORES = /\.server\.test\.ts$|^auth-server\/(?:example|main|users|setup|healing)\.test\.ts$/

/** The Vitest projects that a test file runs in. */
export const projectsOf = (file: string): readonly string[] =>
  OF_STORES.test(file) ? ['stores'] : ['unit', 'apart']

/** Milliseconds; a run that takes longer has told nothing. */
const LONGEST = 240_000

/** Runs test files in `folder`, as far as their titles hold `title`; stops at the first that fails when `bail` is set. */
export async function runTests(
  folder: string,
  files: readonly string[],
  { title, bail = false }: { title?: string | undefined; bail?: boolean } = {},
): Promise<{ report: Report | undefined; code: number; output: string }> {
  const reportFile = join(folder, 'report.json')
  rmSync(reportFile, { force: true })
  const projects = [...new Set(files.flatMap(projectsOf))].flatMap((project) => ['--project', project])
  const { code, output } = await run(
    node,
    [
      join(folder, 'node_modules/vitest/vitest.mjs'),
      'run',
      ...files,
      ...projects,
      ...(title === undefined ? [] : ['-t', title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')]),
      ...(bail ? ['--bail', '1'] : []),
      '--maxWorkers=1',
      '--reporter=json',
      `--outputFile=${reportFile}`,
    ],
    { cwd: folder, timeout: LONGEST },
  )
  const report = existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) : undefined
  return { report, code, output }
}
