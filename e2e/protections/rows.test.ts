import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { fromRoot } from '../../scripts/lib/paths.mjs'
import { brokenFiles, firstFailure, verdictOf } from './judge.ts'
import { mutantsOf } from './protection.ts'
import { protections } from './rows/index.ts'
import { untried } from './rows/untried.ts'
import { rows, rowsThatBegin, runsAlone } from './security-page.ts'

const read = (file: string) => readFileSync(fromRoot(file), 'utf8')
const named = [...protections, ...untried].map(({ row }) => rowsThatBegin(row))

describe('the protections of docs/security.md', () => {
  const tested = rows.filter(({ files }) => files.length > 0)

  it.each(tested)('$requirement can be taken away, or there is a reason', (row) => {
    expect(named.flat()).toContain(row)
  })

  it('are each of one row', () => {
    const beginnings = [...protections, ...untried].map(({ row }) => row)
    expect(beginnings.filter((row) => rowsThatBegin(row).length !== 1)).toEqual([])
  })

  it('are tried where a test runs without a build, but for what is no code of ours', () => {
    const left = untried.filter(({ row }) => rowsThatBegin(row)[0]?.files.some(runsAlone))
    expect(left.map(({ row }) => row)).toEqual(['RFC 7515 4, RFC 7519 4 (duplicate names)'])
    expect(untried.filter(({ because }) => because === '')).toEqual([])
  })

  it.each(protections)('$row in $file, by $test', ({ row, test, title, ...protection }) => {
    expect(rowsThatBegin(row)[0]?.files).toContain(test)
    if (title !== undefined) expect(read(test)).toContain(title)
    const source = read(protection.file)
    const mutants = mutantsOf({ row, test, ...protection })
    expect(mutants.length).toBeGreaterThan(0)
    for (const { text, instead } of mutants) {
      expect(source.split(text).length - 1, text).toBe(1)
      expect(instead).not.toBe(text)
    }
  })
})

describe('a protection that was taken away', () => {
  const report = (numFailedTests: number, status = 'passed') => ({
    numPassedTests: 1,
    numFailedTests,
    testResults: [{ name: 'a.test.ts', status, message: 'broken', assertionResults: [] }],
  })

  test('is caught by a test that fails, and not by a file that cannot be loaded', () => {
    expect(verdictOf(report(1))).toBe('caught')
    expect([report(0), report(0, 'failed'), undefined].map(verdictOf)).toEqual(Array(3).fill('NOT CAUGHT'))
  })

  test('is told of by the first test that fails', () => {
    const assertionResults = [
      { fullName: 'one', status: 'passed' },
      { fullName: 'two', status: 'failed', failureMessages: ['AssertionError: 1\n  at x'] },
    ]
    const failed = { ...report(1), testResults: [{ name: 'a', status: 'failed', assertionResults }] }
    expect(firstFailure(failed)).toEqual({ title: 'two', message: 'AssertionError: 1' })
    expect(firstFailure(report(0))).toBeUndefined()
  })

  test('is judged by files of which every test passes without that', () => {
    const results = (name: string, status: string, ...statuses: string[]) => ({
      name: `/copy/lib/${name}.test.ts`,
      status,
      message: 'cannot be loaded',
      assertionResults: statuses.map((each, index) => ({ fullName: `${name} ${index}`, status: each })),
    })
    const testResults = [
      results('a', 'passed', 'passed'),
      results('b', 'failed', 'passed', 'failed'),
      results('c', 'failed'),
    ]
    expect([...brokenFiles({ ...report(1), testResults }, '/copy')]).toEqual([
      ['lib/b.test.ts', 'b 1'],
      ['lib/c.test.ts', 'cannot be loaded'],
    ])
  })
})
