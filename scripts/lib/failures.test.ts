import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../testing/child.ts'
import { failuresIn } from './failures.mjs'
import { fromRoot } from './paths.mjs'

function linesOf(report: unknown): string[] {
  const file = join(temporaryFolder(), 'report.json')
  writeFileSync(file, typeof report === 'string' ? report : JSON.stringify(report))
  return failuresIn(file)
}

it('a failed test of Vitest is named with its file and the first line of its message', () => {
  const failed = {
    fullName: 'a refresh is one round trip',
    status: 'failed',
    failureMessages: ['\u001b[31mAssertionError: expected 11 to be 10\u001b[39m\n    at refresh.test.ts:7'],
  }
  const passed = { fullName: 'a replay is one', status: 'passed', failureMessages: [] }
  const file = { name: fromRoot('auth-server/refresh.test.ts'), assertionResults: [passed, failed] }
  expect(linesOf({ testResults: [{ ...file, status: 'failed', message: '' }] })).toEqual([
    'auth-server/refresh.test.ts > a refresh is one round trip: AssertionError: expected 11 to be 10',
  ])
})

it('a file that could not be loaded is named with its error', () => {
  const file = { name: fromRoot('lib/gone.test.ts'), status: 'failed', message: 'Cannot find module' }
  expect(linesOf({ testResults: [{ ...file, assertionResults: [] }] })).toEqual([
    'lib/gone.test.ts: Cannot find module',
  ])
})

it('a failed test of Playwright is named, however deep it lies', () => {
  const result = { error: { message: 'Error: expect(locator).toBeVisible() failed\n\nLocator: button' } }
  const failed = {
    title: 'five tabs renew once',
    ok: false,
    file: 'tabs.spec.ts',
    tests: [{ results: [result] }],
  }
  const passed = { title: 'signing out', ok: true, file: 'tabs.spec.ts', tests: [{ results: [{}] }] }
  const report = { suites: [{ specs: [passed], suites: [{ specs: [failed] }] }] }
  expect(linesOf(report)).toEqual([
    'tabs.spec.ts > five tabs renew once: Error: expect(locator).toBeVisible() failed',
  ])
})

it('a report that is cut off, or missing, names none', () => {
  expect(linesOf('{"testResults":[')).toEqual([])
  expect(failuresIn(join(temporaryFolder(), 'none.json'))).toEqual([])
})
