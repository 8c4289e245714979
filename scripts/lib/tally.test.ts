import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../testing/child.ts'
import { inWords, ofExitCode, ofPlaywright, ofRunner, ofVitest, sum } from './tally.mjs'

function reportOf(content: unknown): string {
  const file = join(temporaryFolder(), 'report.json')
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

const vitest = (numPassedTests: number, numFailedTests: number, testResults: object[] = []) =>
  reportOf({ numPassedTests, numFailedTests, numPendingTests: 1, numTodoTests: 1, testResults })

describe('a runner', () => {
  test('that passed counts its tests', () => {
    expect(ofRunner(0, vitest(7, 0), ofVitest)).toEqual({ passed: 7, failed: 0, skipped: 2 })
  })

  test('that failed counts its failed tests, once', () => {
    expect(ofRunner(1, vitest(7, 2), ofVitest)).toEqual({ passed: 7, failed: 2, skipped: 2 })
  })

  test('that could not load a file counts the file', () => {
    const broken = { status: 'failed', assertionResults: [] }
    const failing = { status: 'failed', assertionResults: [{ status: 'failed' }] }
    expect(ofRunner(1, vitest(7, 1, [broken, failing]), ofVitest)).toMatchObject({ failed: 2 })
  })

  test('that crashed without a report is one failure', () => {
    const tally = ofRunner(139, join(temporaryFolder(), 'none.json'), ofVitest)
    expect(tally).toEqual({ passed: 0, failed: 1, skipped: 0 })
  })

  test('that was cut off within its report is one failure', () => {
    expect(ofRunner(1, reportOf('{"numPassed'), ofVitest)).toMatchObject({ passed: 0, failed: 1 })
  })

  test('that failed although every test passed is one failure', () => {
    expect(ofRunner(1, vitest(7, 0), ofVitest)).toMatchObject({ passed: 7, failed: 1 })
  })

  test('that ran no test is one failure', () => {
    expect(ofRunner(0, vitest(0, 0), ofVitest)).toMatchObject({ passed: 0, failed: 1 })
  })

  test('a Playwright test that passed only at times has failed', () => {
    const report = reportOf({ stats: { expected: 3, unexpected: 1, flaky: 1, skipped: 1 } })
    expect(ofRunner(1, report, ofPlaywright)).toEqual({ passed: 3, failed: 2, skipped: 1 })
  })
})

test('the closing line sums all, and names skipped tests only when there are some', () => {
  const passed = sum([ofExitCode(0), { passed: 4, failed: 0, skipped: 0 }])
  expect(inWords(passed)).toBe('5 passed, 0 failed')
  expect(inWords(sum([passed, ofExitCode(2), { passed: 0, failed: 0, skipped: 3 }]))).toBe(
    '5 passed, 1 failed, 3 skipped',
  )
})
