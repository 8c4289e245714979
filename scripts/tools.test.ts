import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { fromRoot } from './lib/paths.mjs'
import { files, read } from './testing/docs/pages.ts'

const LIMIT = 2_600

/** The files of the tools themselves. */
const sources = files.filter(
  (file) => /^scripts\/(?!fixtures\/|testing\/).*\.(ts|mjs)$/.test(file) && !file.endsWith('.test.ts'),
)

it('the tools have few lines, tests and data left out', () => {
  const lines = sources.map((file) => readFileSync(fromRoot(file), 'utf8').split('\n').length - 1)
  expect(sources).toContain('scripts/lib/test.mjs')
  expect(lines.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(LIMIT)
})

it('CONTRIBUTING says of each command what it is for', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  const [, table = ''] = /\n## Tools\n(.*?)\n## /s.exec(read('CONTRIBUTING.md')) ?? []
  const named = Object.keys(scripts).map((name) =>
    /^(start|test)$/.test(name) ? `npm ${name}` : `npm run ${name}`,
  )
  expect(named.filter((command) => !table.includes(`\`${command}\``))).toEqual([])
})
