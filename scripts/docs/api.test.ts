import { parseAst } from 'rolldown/parseAst'
import { describe, expect, it } from 'vitest'
import { files, read } from '../testing/docs/pages.ts'
import { exportsOf } from './api/exports.ts'
import { entries, readComment, referenceFiles } from './api/reference.ts'

const everything = entries.flatMap(({ name: entry, file }) =>
  exportsOf(file).map((one) => ({ entry, ...one })),
)

describe('the API reference', () => {
  it('is what `npm run docs:api` makes of the source', () => {
    const made = referenceFiles()
    expect(files.filter((file) => file.startsWith('docs/api/')).sort()).toEqual([...made.keys()].sort())
    for (const [path, text] of made) expect(read(path), `${path}: run npm run docs:api`).toBe(text)
  })

  it('has every entry point of the packages', () => {
    const names = Object.keys(JSON.parse(read('lib/package.json')).exports)
    expect(entries.length).toBeGreaterThanOrEqual(names.filter((name) => name !== './package.json').length)
    expect(everything.length).toBeGreaterThan(60)
  })
})

describe('every export', () => {
  it('says what it is', () => {
    const silent = everything.filter(({ comment }) => readComment(comment).text.length < 15)
    expect(silent.map(({ entry, name }) => `${entry} ${name}`)).toEqual([])
  })

  it('shows how it is used, when it is a function that somebody calls first', () => {
    const starts = /^(create|open|with|sign|oauth2|cookie|backend)/
    const missing = everything
      .filter(({ kind, name }) => kind === 'function' && starts.test(name))
      .filter(({ comment }) => readComment(comment).examples.length === 0)
    expect(missing.map(({ entry, name }) => `${entry} ${name}`)).toEqual([])
  })

  it('has examples that can be read as code', () => {
    const codes = everything.flatMap(({ name, comment }) =>
      readComment(comment).examples.map(({ code }) => ({ name, code })),
    )
    expect(codes.filter(({ code }) => code === '')).toEqual([])
    const parses = (code: string) => {
      try {
        return parseAst(code, { lang: 'tsx' }).body.length > 0
      } catch {
        return false
      }
    }
    // Some are what stands inside a function.
    const broken = codes.filter(({ code }) => !parses(code) && !parses(`async function f() {\n${code}\n}`))
    expect(broken).toEqual([])
    expect(codes.length).toBeGreaterThan(10)
  })
})
