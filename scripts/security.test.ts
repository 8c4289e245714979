import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { costs, rows, testFilesIn } from '../e2e/protections/security-page.ts'
import { fromRoot } from './lib/paths.mjs'

const NUMBER = /\b(?:(?:RFC|CWE-)\s?\d+|\d+\.\d+\.\d+)/g
const WITHOUT_TEST = /not met|not applicable|nothing of the kind|partly|\(document\)|documented|–$/

describe('each row of docs/security.md', () => {
  it.each(rows)('$requirement names tests that are there', ({ files, rest }) => {
    for (const file of files) expect(existsSync(fromRoot(file)), file).toBe(true)
    if (files.length === 0) expect(rest).toMatch(WITHOUT_TEST)
  })

  it.each(rows.filter(({ files }) => files.length > 0))(
    '$requirement is named in one of them',
    ({ requirement, files, rest }) => {
      const numbers = requirement.match(NUMBER) ?? []
      const texts = files.map((file) => readFileSync(fromRoot(file), 'utf8')).join('\n')
      const isNamed = numbers.some((number) => texts.includes(number)) || WITHOUT_TEST.test(rest)
      expect(isNamed, `${numbers.join(', ')} in ${files.join(', ')}`).toBe(true)
    },
  )
})

test('what an attacker costs is shown by tests that are there', () => {
  for (const attack of costs)
    expect(
      testFilesIn(attack).map((file) => existsSync(fromRoot(file))),
      attack,
    ).toEqual([true])
})
