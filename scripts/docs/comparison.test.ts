import { describe, expect, it } from 'vitest'
import { files, read } from './pages.ts'

const page = read('docs/comparison.md')
const [before = '', after = ''] = page.split('\n## Sources\n')
const sources = [...after.matchAll(/^(\d+)\. (.+)$/gm)].map(([, number, text = '']) => ({ number, text }))
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
    for (const cell of cells) expect(cell).toMatch(/^([YPN] \(\d+(, \d+)*\)|not found|–)$/)
  })

  it('lists each source that is named, and names each that is listed', () => {
    const listed = sources.map(({ number }) => number)
    expect([...new Set(numbersIn(before))].sort()).toEqual([...listed].sort())
    expect(listed).toEqual(listed.map((_, index) => String(index + 1)))
  })

  it('says of Evergate what files of this repository show', () => {
    const own = rows.flatMap(({ cells: [cell = ''] }) => numbersIn(cell))
    for (const { text } of sources.filter(({ number = '' }) => own.includes(number))) {
      const named = [...text.matchAll(/`([\w./-]+\.tsx?)`/g)].map(([, file]) => file)
      expect(named.length, text).toBeGreaterThan(0)
      for (const file of named) expect(files, text).toContain(file)
    }
  })

  it('says of the others where it was read: a package with its version, or an address', () => {
    const others = rows.flatMap(({ cells: [, ...cells] }) => cells.flatMap(numbersIn))
    for (const { number = '', text } of sources)
      if (others.includes(number)) expect(text).toMatch(/^(@?[\w@/-]+ \d+\.\d+\.\d+[\w.-]*, `|https:\/\/)/)
  })

  it('gives each of them something that it does better', () => {
    const [, better = ''] = before.split('\n## What they do better\n')
    expect(numbersIn(better).length).toBeGreaterThan(columns.length)
  })
})
