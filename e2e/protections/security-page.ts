import { readFileSync } from 'node:fs'
import { fromRoot } from '../../scripts/lib/paths.mjs'

const TEST_FILE = /`([\w./-]+\.(?:test|spec)\.ts)`/g

/** The test files that a line of docs/security.md names. */
export const testFilesIn = (line: string): string[] =>
  [...line.matchAll(TEST_FILE)].map(([, file = '']) => file)

/** A row of docs/security.md: a requirement, and the tests that show it. */
type Row = { readonly requirement: string; readonly files: readonly string[]; readonly rest: string }

const page = readFileSync(fromRoot('docs', 'security.md'), 'utf8')
const [requirements = '', after = ''] = page.split('\n## What an attacker costs everybody else')

/** The requirements of docs/security.md. */
export const rows: readonly Row[] = requirements
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| requirement'))
  .map((line) => {
    const [requirement = '', ...rest] = line.slice(2, -2).split(' | ')
    return { requirement, files: testFilesIn(line), rest: rest.join(' | ') }
  })

/** The rows of its table of costs. */
export const costs: readonly string[] = (after.split('\n## ')[0] ?? '')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(1)

/** The row that begins so: the one that is the same, else the only one. */
export function rowsThatBegin(beginning: string): readonly Row[] {
  const same = rows.filter(({ requirement }) => requirement === beginning)
  return same.length > 0 ? same : rows.filter(({ requirement }) => requirement.startsWith(beginning))
}

/** Whether a test runs without a production build and a browser. */
export const runsAlone = (file: string): boolean => !file.startsWith('e2e/')
