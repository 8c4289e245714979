import { describe, expect, it } from 'vitest'
import { resolveOptions } from '../../lib/gateway/options.ts'
import { optionTable, variables } from '../../lib/next/config/option-table.ts'
import { read } from '../testing/docs/pages.ts'
import { gatewayOptions, OPTIONS_PAGE, optionsPage } from './options/page.ts'

const all = gatewayOptions()
const defaults: Readonly<Record<string, unknown>> = resolveOptions({
  remoteApi: 'http://backend.test',
  keys: { jwks: { keys: [] } },
})

describe('the page of options', () => {
  it('is what `npm run docs:api` makes of the types and the table', () => {
    expect(read(OPTIONS_PAGE), 'run npm run docs:api').toBe(optionsPage())
  })

  it('has each option of the table, once', () => {
    expect(all.map(({ field }) => field.name).sort()).toEqual(Object.keys(optionTable).sort())
  })

  it.each(all)('says of $field.name what it means, and its default', ({ meaning, default: value }) => {
    expect(meaning.length).toBeGreaterThan(15)
    expect(value).not.toBe('')
  })

  it.each(all.filter(({ field }) => ['number', 'boolean', 'string'].includes(typeof defaults[field.name])))(
    'says of $field.name the default that the gateway takes',
    ({ field, default: value }) => {
      const taken = String(defaults[field.name])
      if (field.name !== 'remoteApi')
        expect(value.replaceAll('`', '')).toMatch(new RegExp(`^${taken || 'none'}`))
    },
  )
})

describe('a variable', () => {
  const found = Object.values(optionTable).flatMap((option) => Object.keys(option.variables ?? {}))

  it('belongs to one option', () => {
    expect(found).toEqual([...new Set(found)])
    expect(Object.keys(variables)).toEqual(expect.arrayContaining(found))
  })

  it('that another option is read from, too, is there', () => {
    for (const { alsoFrom } of Object.values(optionTable)) if (alsoFrom) expect(found).toContain(alsoFrom)
  })

  it('is read by the code of the gateway', () => {
    const source = read('lib/next/environment.ts')
    expect(found.filter((name) => !source.includes(name))).toEqual([])
  })
})
