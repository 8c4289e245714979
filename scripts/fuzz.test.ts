import fc from 'fast-check'
import { expect, it } from 'vitest'
import { files, read } from './testing/docs/pages.ts'
import examples from './testing/fuzz/examples.json' with { type: 'json' }
import { check } from './testing/fuzz/property.ts'

const sources = files.filter((file) => file.endsWith('.fuzz.test.ts')).map(read)
const names = sources.flatMap((text) =>
  [...text.matchAll(/^fuzz\(\s*'([^']+)'/gm)].map(([, name = '']) => name),
)

it('each past failure belongs to a property', () => {
  expect(names).toEqual(expect.arrayContaining(Object.keys(examples)))
})

it('docs/security.md names each property, and no other', () => {
  const [, part = ''] = /\n## Fuzzing\n(.*?)\n## /s.exec(read('docs/security.md')) ?? []
  const rows = part.split('\n').filter((line) => line.startsWith('| '))
  const named = rows.flatMap((row) =>
    [...(row.split(' | ').at(-1) ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  )
  expect(named.filter((name) => name && names.includes(name)).sort()).toEqual([...names].sort())
})

it('a property whose oracle throws fails, with the input that made it', async () => {
  const isLarge = (number: number) => {
    if (number > 1000) throw new RangeError('large')
  }
  await expect(check('never large', fc.nat(), isLarge)).rejects.toThrow(/Counterexample: \[1001\]/)
})
