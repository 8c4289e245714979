import { ImportError } from './import-error.ts'

/** Longest row: more is a file with a quotation mark that nobody closed. */
const LONGEST_ROW = 65_536

/**
 * The rows of a CSV file (RFC 4180; line ends of either kind, a byte-order mark is skipped, and so are empty lines).
 *
 * @throws ImportError for a row that is too long, or a last one inside a quotation
 */
export async function* csvRows(chunks: AsyncIterable<string>): AsyncGenerator<string[]> {
  let rest = ''
  /** So far is known where quotations are. */
  let seen = 0
  let quoted = false
  let first = true

  for await (const chunk of chunks) {
    rest += first ? chunk.replace(/^\uFEFF/, '') : chunk
    first = false
    let begin = 0
    for (; seen < rest.length; seen++) {
      const character = rest[seen]
      if (character === '"') quoted = !quoted
      else if (character === '\n' && !quoted) {
        const row = fieldsOf(rest.slice(begin, seen))
        begin = seen + 1
        if (row) yield row
      }
    }
    rest = rest.slice(begin)
    seen -= begin
    if (rest.length > LONGEST_ROW)
      throw new ImportError('A row has more than 64 KiB: is a quotation mark missing?')
  }
  if (quoted) throw new ImportError('The last row ends inside a quotation.')
  const row = fieldsOf(rest)
  if (row) yield row
}

/** The fields of a line; undefined for an empty one. */
function fieldsOf(text: string): string[] | undefined {
  const line = text.endsWith('\r') ? text.slice(0, -1) : text
  if (line === '') return undefined
  if (!line.includes('"')) return line.split(',')
  const fields: string[] = []
  // A field in quotation marks, or one without, and the comma after it.
  for (const [, quoted, plain] of `${line},`.matchAll(/(?:"((?:[^"]|"")*)"|([^,]*)),/g))
    fields.push(quoted?.replaceAll('""', '"') ?? plain ?? '')
  return fields
}

/** The rows after the first, each by the names in the first; those with another number of fields cannot be read. */
export async function* csvRecords(
  chunks: AsyncIterable<string>,
): AsyncGenerator<Record<string, string> | 'unreadable'> {
  let names: string[] | undefined
  for await (const row of csvRows(chunks)) {
    if (names === undefined) names = row.map((name) => name.trim())
    else if (row.length !== names.length) yield 'unreadable'
    else yield Object.fromEntries(names.map((name, i) => [name, row[i] ?? '']))
  }
}
