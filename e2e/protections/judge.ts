import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { node } from '../../scripts/lib/paths.mjs'
import { run } from '../../scripts/lib/run.mjs'

/** The part of Vitest's JSON report that counts here. */
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

/** The tests' verdict on a protection that was taken away. */
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

/** The files in which a test fails, or that cannot be loaded, with what fails; for a run in which nothing is taken away. */
export function brokenFiles({ testResults }: Report, folder: string): Map<string, string> {
  const broken = testResults.flatMap(({ name, status, message = '', assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed').map(({ fullName }) => fullName)
    const file = relative(folder, name).replaceAll('\\', '/')
    return status === 'failed' || failed.length > 0 ? [[file, failed.join('; ') || message] as const] : []
  })
  return new Map(broken)
}

/** Started by these alone: what starts processes or stores of its own. See vitest.config.ts. */
const OF_STORES =
  /\.server\.test\.ts$|^auth-server\/(?:example|main|users|users-factors|setup|healing)\.test\.ts$/

/** The Vitest projects that a test file runs in. */
export const projectsOf = (file: string): readonly string[] =>
  OF_STORES.test(file) ? ['stores'] : ['unit', 'apart']

/** Milliseconds; a run that takes longer has told nothing. */
const LONGEST = 240_000

/** Runs test files in `folder`, as far as their titles hold `title`; stops at the first that fails when `bail` is set, and after `longest` milliseconds. */
export async function runTests(
  folder: string,
  files: readonly string[],
  {
    title,
    bail = false,
    longest = LONGEST,
  }: { title?: string | undefined; bail?: boolean; longest?: number } = {},
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
    { cwd: folder, timeout: longest },
  )
  const report = existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) : undefined
  return { report, code, output }
}
