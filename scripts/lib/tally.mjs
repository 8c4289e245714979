import { readFileSync } from 'node:fs'

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Tally
 * @typedef {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
 *   testResults: { status: string, assertionResults: { status: string }[] }[] }} VitestReport results by file
 * @typedef {{ stats: { expected: number, unexpected: number, flaky: number, skipped: number } }} PlaywrightReport
 */

/** @param {Tally[]} tallies @returns {Tally} */
export function sum(tallies) {
  /** @param {keyof Tally} kind */
  const all = (kind) => tallies.reduce((count, tally) => count + tally[kind], 0)
  return { passed: all('passed'), failed: all('failed'), skipped: all('skipped') }
}

/** @param {Tally} tally */
export const inWords = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`

/** A check that passes or fails as a whole. @param {number} code @returns {Tally} */
export const ofExitCode = (code) => ({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 })

/** A file that cannot be loaded fails without a test in it that does. @param {VitestReport} report @returns {Tally} */
export function ofVitest({ testResults, ...report }) {
  /** @param {{ status: string }} one */
  const isFailed = ({ status }) => status === 'failed'
  const broken = testResults.filter((file) => isFailed(file) && !file.assertionResults.some(isFailed))
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/** @param {PlaywrightReport} report @returns {Tally} */
export const ofPlaywright = ({ stats: { expected, unexpected, flaky, skipped } }) => ({
  ...{ passed: expected, failed: unexpected + flaky, skipped },
})

/**
 * The tally of a test runner, by its report and its exit code. A runner that left no report, that failed without a
 * failed test, or that ran no test at all counts as one failure.
 * @template Report @param {number} code @param {string} file the report
 * @param {(report: Report) => Tally} read
 */
export function ofRunner(code, file, read) {
  let tally = sum([])
  try {
    tally = read(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    // No report, or a part of one.
  }
  const ranNothing = tally.passed + tally.failed === 0
  return tally.failed === 0 && (code !== 0 || ranNothing) ? { ...tally, failed: 1 } : tally
}
