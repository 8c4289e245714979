import { ImportError } from './import-error.ts'

/** Longest object. */
const LONGEST = 65_536

/**
 * The objects of a JSON file: of a list, of the list in a member (`{"users": […]}`, as Firebase exports it), or one after the other
 * (JSON lines). Only one of them is in memory at a time.
 *
 * @throws ImportError where the file is no such thing
 */
export async function* jsonRecords(
  chunks: AsyncIterable<string>,
): AsyncGenerator<Record<string, unknown> | 'unreadable'> {
  let start = ''
  let scanner: Scanner | undefined
  for await (const chunk of chunks) {
    if (scanner === undefined) {
      start += chunk
      const level = levelOf(start.replace(/^\uFEFF/, '').trimStart())
      if (level === undefined) continue
      scanner = createScanner(level)
    }
    yield* scanner.read(start === '' ? chunk : start)
    start = ''
    if (scanner.hasEnded()) return
  }
  if (scanner === undefined ? start.trim() !== '' : scanner.isInside())
    throw new ImportError('The file ends in the middle of its JSON.')
}

/** Depth at which an object is a record: 1 in a list, 2 in the list of a member, 0 in JSON lines. Undefined: more is needed to tell. */
function levelOf(text: string): 0 | 1 | 2 | undefined {
  if (text === '') return undefined
  if (text.startsWith('[')) return 1
  if (!text.startsWith('{')) throw new ImportError('The file is neither CSV with a header nor JSON.')
  const [, after] = /^\{\s*"[^"\\]{1,64}"\s*:\s*(\S)/.exec(text) ?? []
  if (after !== undefined) return after === '[' ? 2 : 0
  return text.length > 256 || text.includes('}') ? 0 : undefined
}

interface Scanner {
  read(chunk: string): Generator<Record<string, unknown> | 'unreadable'>
  /** The list is over: what stands behind it says nothing of users. */
  hasEnded(): boolean
  isInside(): boolean
}

function createScanner(level: number): Scanner {
  let depth = 0
  let record = ''
  let inString = false
  let escaped = false
  let ended = false

  return {
    *read(chunk) {
      let from = 0
      for (let i = 0; i < chunk.length && !ended; i++) {
        const character = chunk[i]
        if (inString) {
          if (escaped) escaped = false
          else if (character === '\\') escaped = true
          else if (character === '"') inString = false
        } else if (character === '"') inString = true
        else if (character === '{' || character === '[') {
          if (depth++ === level) from = i
        } else if (character === '}' || character === ']') {
          if (--depth === level) {
            yield parsed(record + chunk.slice(from, i + 1))
            record = ''
          }
          ended = depth < level
        }
      }
      if (depth > level) record += chunk.slice(from)
      if (record.length > LONGEST) throw new ImportError('An object has more than 64 KiB.')
    },
    hasEnded: () => ended,
    isInside: () => depth !== 0,
  }
}

function parsed(text: string): Record<string, unknown> | 'unreadable' {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : 'unreadable'
  } catch {
    return 'unreadable'
  }
}
