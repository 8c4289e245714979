import { existsSync, readFileSync } from 'node:fs'

/** @typedef {{ passed: number, failed: number, skipped: number }} Tally */

/** @param {Tally[]} tallies @returns {Tally} */
export function sum(tallies) {
  const total = { passed: 0, failed: 0, skipped: 0 }
  for (const { passed, failed, skipped } of tallies) {
    total.passed += passed
    total.failed += failed
    total.skipped += skipped
  }
  return total
}

/** @param {Tally} tally */
export function inWords({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

/** A check that passes or fails as a whole. @param {number} code @returns {Tally} */
export function ofExitCode(code) {
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 }
}

/**
 * @typedef {object} VitestReport
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests
 * @property {number} numTodoTests
 * @property {{ status: string, assertionResults: { status: string }[] }[]} testResults by file
 */

/** @param {VitestReport} report @returns {Tally} */
export function ofVitest(report) {
  // A file that cannot be loaded fails without a test in it that does.
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  )
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/**
 * @typedef {object} PlaywrightReport
 * @property {{ expected: number, unexpected: number, flaky: number, skipped: number }} stats
 */

/** @param {PlaywrightReport} report @returns {Tally} */
export function ofPlaywright({ stats }) {
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped }
}

/**
 * The tally of a test runner, by its report and its exit code. A runner that left no report, that failed without a
 * failed test, or that ran no test at all counts as one failure.
 *
 * @template Report
 * @param {number} code
 * @param {string} file the report
 * @param {(report: Report) => Tally} read
 * @returns {Tally}
 */
export function ofRunner(code, file, read) {
  const tally = readReport(file, read)
  const ranNothing = tally.passed + tally.failed === 0
  return tally.failed === 0 && (code !== 0 || ranNothing) ? { ...tally, failed: 1 } : tally
}

/**
 * @template Report
 * @param {string} file
 * @param {(report: Report) => Tally} read
 */
function readReport(file, read) {
  if (!existsSync(file)) return sum([])
  try {
    return read(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return sum([])
  }
}
