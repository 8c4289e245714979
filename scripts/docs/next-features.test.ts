import { existsSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { expect, it } from 'vitest'
import { read } from '../testing/docs/pages.ts'

const rows = read('docs/next-features.md')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| feature'))
  .map((line) => line.split(' | '))

it('the table of Next’s features has a row for each', () => {
  expect(rows.length).toBeGreaterThan(20)
})

it.each(rows.map((row) => [row[0], row.at(-1)]))('%s is tested', (_feature, cell = '') => {
  const [, title = '', path = ''] = /^\[(.+)\]\((.+)\) \|$/.exec(cell) ?? []
  const file = posix.join('docs', path)
  expect([file, existsSync(file)]).toEqual([file, true])
  expect(readFileSync(file, 'utf8')).toContain(title)
})
