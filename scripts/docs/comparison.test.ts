import { describe, expect, it } from 'vitest'
import { missingIn, sourcesOf, versionsIn, versionsNamed } from '../../bench/comparison/sources.ts'
import { files, read } from '../testing/docs/pages.ts'

const page = read('docs/comparison.md')
const [before = ''] = page.split('\n## Sources\n')
const sources = sourcesOf(page)
const [names = '', , ...lines] = before.split('\n').filter((line) => line.startsWith('|'))
const columns = names
  .split('|')
  .slice(2, -1)
  .map((name) => name.trim())
const rows = lines
  .filter((line) => !line.startsWith('| **'))
  .map((line) => {
    const [feature = '', ...cells] = line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '').trim())
    return { feature, cells }
  })

const numbersIn = (text: string) =>
  [...text.matchAll(/\((\d+(?:, \d+)*)\)/g)].flatMap(([, list = '']) => list.split(', '))

describe('the comparison', () => {
  it.each(rows)('has a source for each word on "$feature"', ({ cells }) => {
    expect(cells).toHaveLength(columns.length)
    for (const cell of cells) expect(cell).toMatch(/^([^()|]{1,32} \(\d+(, \d+)*\)|not found|–)$/)
  })

  it('lists each source that is named, and names each that is listed', () => {
    const listed = sources.map(({ number }) => number)
    expect([...new Set(numbersIn(before))].sort()).toEqual([...listed].sort())
    expect(listed).toEqual(listed.map((_, index) => String(index + 1)))
  })

  it('says of Evergate what files of this repository show', () => {
    const own = rows.flatMap(({ cells: [cell = ''] }) => numbersIn(cell))
    for (const { text } of sources.filter(({ number }) => own.includes(number))) {
      const named = [...text.matchAll(/`([\w./-]+\.tsx?)`/g)].map(([, file]) => file)
      expect(named.length, text).toBeGreaterThan(0)
      for (const file of named) expect(files, text).toContain(file)
    }
  })

  it('says of the others where it was read: a package with its version, or an address', () => {
    const others = rows.flatMap(({ cells: [, ...cells] }) => cells.flatMap(numbersIn))
    for (const { number, text, read: found } of sources)
      if (others.includes(number))
        expect(found ?? text).toSatisfy((source) => source === found || /^https:/.test(text))
  })

  it('names one version of each package, the same at the top, in the sources, and in what is measured', () => {
    const named = versionsNamed(page)
    const cited = [...versionsIn(sources)].map(([name, versions]) => [name, [...versions]])
    expect(Object.fromEntries(cited)).toEqual(
      Object.fromEntries([...named].map(([name, version]) => [name, [version]])),
    )
    const measured: Record<string, string> = JSON.parse(read('bench/package.json')).dependencies
    // The figures of authkit-nextjs stay below this package, which has no part in them.
    delete measured['@workos-inc/node']
    for (const [name, version] of named) if (measured[name]) expect(version, name).toBe(measured[name])
  })

  it('gives each of them something that it does better', () => {
    const [, better = ''] = before.split('\n## What they do better\n')
    expect(numbersIn(better).length).toBeGreaterThan(columns.length)
  })
})

describe('npm run peers', () => {
  const [source] = sourcesOf('\n## Sources\n1. @a/b 1.2.3-beta.4, `src/x.ts`: `keep` and `renew`, two words')

  it('knows package, version, place and words of a source', () => {
    expect(source?.read).toEqual({
      name: '@a/b',
      version: '1.2.3-beta.4',
      path: 'src/x.ts',
      words: ['keep', 'renew'],
    })
  })

  it.each([
    ['a file that is gone', undefined, 'no src/x.ts'],
    ['a word that is gone', 'export function keep() {}', 'no renew in src/x.ts'],
    ['nothing, when all is there', 'keep(renew)', null],
  ])('tells of %s', (_, text, said) => {
    if (!source?.read) throw new Error('no source')
    expect(missingIn(source.read, () => text)).toBe(said)
  })
})
