import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvRecords, csvRows } from './csv.ts'
import { firebaseParameters } from './firebase.ts'
import { jsonRecords } from './json.ts'

async function* pieces(text: string, lengths: readonly number[] = [text.length]) {
  for (let i = 0, at = 0; at < text.length; i++) {
    const length = Math.max(1, lengths[i % lengths.length] ?? 1)
    yield text.slice(at, at + length)
    at += length
  }
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

const lengths = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 })

describe('CSV', () => {
  const field = fc.string({
    unit: fc.constantFrom('a', '"', ',', '\n', '\r\n', 'é', ' ', '🐎'),
    maxLength: 5,
  })
  const quote = (text: string) =>
    /[",\r\n]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text

  it('is read as it was written, wherever its pieces end', async () => {
    const rows = fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(
        rows,
        lengths,
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        async (rows, lengths, end, last) => {
          const text = rows.map((row) => row.map(quote).join(',')).join(end) + (last ? end : '')
          expect(await all(csvRows(pieces(text, lengths)))).toEqual(rows)
        },
      ),
    )
  })

  it('has names in its first row; empty lines count for nothing, and other lengths cannot be read', async () => {
    const text = '\uFEFFid, email\r\n1,a@b.example\r\n\r\n2\r\n3,"c@d.example"\r\n'
    expect(await all(csvRecords(pieces(text)))).toEqual([
      { id: '1', email: 'a@b.example' },
      'unreadable',
      { id: '3', email: 'c@d.example' },
    ])
    expect(await all(csvRecords(pieces('')))).toEqual([])
  })

  it('ends with an error where a quotation does not', async () => {
    await expect(all(csvRows(pieces('a,b\n"c,d\n')))).rejects.toThrow('inside a quotation')
    await expect(all(csvRows(pieces(`a\n"${'x'.repeat(70_000)}`, [1000])))).rejects.toThrow('64 KiB')
  })
})

describe('JSON', () => {
  const value = fc.dictionary(
    // No backslash: V8 takes a key `x"` for the key `x\\` of an object before it (seen with Node 24.21).
    fc.string({ unit: fc.constantFrom('a', '"', '{', ']', '🐎'), maxLength: 4 }),
    fc.oneof(
      fc.string({ unit: fc.constantFrom('}', '"', '[', '\\', 'é') }),
      fc.integer(),
      fc.array(fc.object({ maxDepth: 1 })),
    ),
  )
  const same = (value: unknown) => JSON.parse(JSON.stringify(value))

  it.each<[string, (all: object[]) => string]>([
    ['a list', (all) => JSON.stringify(all)],
    ['a list in lines', (all) => JSON.stringify(all, null, 2)],
    ['the list of a member', (all) => JSON.stringify({ users: all, more: [{ a: 1 }] })],
    ['lines', (all) => all.map((each) => JSON.stringify(each)).join('\n')],
  ])('is read from %s, wherever its pieces end', async (_, write) => {
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 4 }), lengths, async (values, lengths) => {
        // Lines that begin with a list would be the list of a member.
        const named = values.map((each) => ({ id: 1, ...same(each) }))
        expect(await all(jsonRecords(pieces(write(named), lengths)))).toEqual(named)
      }),
      { numRuns: 40 },
    )
  })

  it('ends with an error where it breaks off, or is none', async () => {
    expect(await all(jsonRecords(pieces('[]')))).toEqual([])
    expect(await all(jsonRecords(pieces('[{"a":}, {"a":1}]')))).toEqual(['unreadable', { a: 1 }])
    await expect(all(jsonRecords(pieces('[{"a":1}')))).rejects.toThrow('in the middle')
    await expect(all(jsonRecords(pieces('hello')))).rejects.toThrow('neither CSV')
    await expect(all(jsonRecords(pieces(`[{"a":"${'x'.repeat(70_000)}`, [1000])))).rejects.toThrow('64 KiB')
  })
})

it('Firebase’s parameters are read as its console shows them', () => {
  const shown = `hash_config {
  algorithm: SCRYPT,
  base64_signer_key: jxspr8Ki0RYycVU8zykbdA==,
  base64_salt_separator: Bw==,
  rounds: 8,
  mem_cost: 14,
}`
  expect(firebaseParameters(shown)).toBe('n=14,r=8,p=1,ss=Bw==,sk=jxspr8Ki0RYycVU8zykbdA==')
  expect(firebaseParameters(shown.replace('rounds', 'r'))).toBeUndefined()
})
