import fc from 'fast-check'

/** Text of pieces that mean something to a parser, with anything at all between them. */
export function textOf(pieces: readonly string[], maxLength = 12): fc.Arbitrary<string> {
  const anything = fc.string({ unit: 'binary', maxLength: 4 })
  const piece = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...pieces) },
    { weight: 1, arbitrary: anything },
  )
  return fc.array(piece, { maxLength }).map((all) => all.join(''))
}

/** Makes a text that a header can carry: one byte for each character, no line breaks and no NUL (RFC 9110 5.5). */
export const inHeader = (text: string): string =>
  Buffer.from(text, 'latin1')
    .toString('latin1')
    .replaceAll(/[\n\r\0]/g, ' ')

/** Removes spaces and tabs around names and values, and no other blank (RFC 6265bis 5.6). */
export const withoutBlanks = (text: string): string => text.replace(/^[ \t]+|[ \t]+$/g, '')

/** JSON values with members that parsers have stumbled over. */
export const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 1e308, '', 'text', [], {}, [null], { __proto__: null }),
  fc.jsonValue({ maxDepth: 2 }),
)

/** A change of a text: at a place, so many characters make way for others. */
export type Edit = { readonly at: number; readonly remove: number; readonly insert: string }

const ALPHABET = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']
const inserted = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...ALPHABET) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('', '.', '=', '==', ' ', '\n', '\0', '+', '/', '%', '..', '\u{FEFF}'),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }) },
)

/** One to four changes. */
export const edits: fc.Arbitrary<Edit[]> = fc.array(
  fc.record({ at: fc.nat(2000), remove: fc.constantFrom(0, 1, 1, 1, 2, 40), insert: inserted }),
  { minLength: 1, maxLength: 4 },
)

/** A text after these changes, one after the other. */
export function edited(text: string, changes: readonly Edit[]): string {
  return changes.reduce((now, { at, remove, insert }) => {
    const place = at % (now.length + 1)
    return now.slice(0, place) + insert + now.slice(place + remove)
  }, text)
}
