import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { fromRoot } from './lib/paths.mjs'

const TEST_FILE = /`([\w./-]+\.(?:test|spec)\.ts)`/g
const NUMBER = /\b(?:(?:RFC|CWE-)\s?\d+|\d+\.\d+\.\d+)/g
const WITHOUT_TEST = /not met|not applicable|nothing of the kind|partly|\(document\)|documented|–$/

const page = readFileSync(fromRoot('docs', 'security.md'), 'utf8')
const [requirements = '', rest = ''] = page.split('\n## What an attacker costs everybody else')
const [costs = ''] = rest.split('\n## ')
const rows = requirements
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| requirement'))
  .map((line) => {
    const [requirement = '', ...rest] = line.slice(2, -2).split(' | ')
    return {
      requirement,
      files: [...line.matchAll(TEST_FILE)].map(([, file = '']) => file),
      rest: rest.join(' | '),
    }
  })

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
  const attacks = costs
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1)
  for (const attack of attacks)
    expect(
      [...attack.matchAll(TEST_FILE)].map(([, file = '']) => existsSync(fromRoot(file))),
      attack,
    ).toEqual([true])
})
