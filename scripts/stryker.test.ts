import { existsSync, globSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { include } from './fixtures/mutation.vitest.ts'
import { fromRoot, root } from './lib/paths.mjs'

const { mutate }: { mutate: string[] } = JSON.parse(readFileSync(fromRoot('stryker.config.json'), 'utf8'))

/** `{a,b}.test.ts` as `a.test.ts` and `b.test.ts`: each of them has to find something. */
function alternatives(pattern: string): string[] {
  const [whole = '', list = ''] = /\{([^}]*)\}/.exec(pattern) ?? []
  return whole === '' ? [pattern] : list.split(',').map((one) => pattern.replace(whole, one))
}

it.each(include.flatMap(alternatives))('npm run mutate: %s finds a test', (pattern) => {
  expect(globSync(pattern, { cwd: root })).not.toEqual([])
})

it.each(mutate)('npm run mutate: %s is there, and tests of its folder judge it', (file) => {
  expect(existsSync(fromRoot(file))).toBe(true)
  const folder = file.slice(0, file.lastIndexOf('/') + 1)
  expect(include.some((pattern) => pattern.startsWith(folder))).toBe(true)
})
