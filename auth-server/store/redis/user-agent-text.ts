/*
 * Most of a user agent is what a million others say, too. Each such fragment is stored as one control character, which no header
 * may contain; one that comes nevertheless has `ESCAPE` before it.
 *
 * Stored texts live as long as their sessions: a fragment keeps its place for ever, and new ones go behind the last.
 */
const FRAGMENTS = [
  'Mozilla/5.0 (',
  'Windows NT 10.0; Win64; x64',
  'Macintosh; Intel Mac OS X 10_15_7',
  'X11; Linux x86_64',
  'Linux; Android 10; K',
  'Linux; Android ',
  'iPhone; CPU iPhone OS ',
  'iPad; CPU OS ',
  ' like Mac OS X',
  ') AppleWebKit/537.36 (KHTML, like Gecko) Chrome/',
  ') AppleWebKit/537.36 (KHTML, like Gecko) ',
  ') AppleWebKit/605.1.15 (KHTML, like Gecko) Version/',
  ') AppleWebKit/605.1.15 (KHTML, like Gecko) ',
  '.0.0.0 Safari/537.36',
  '.0.0.0 Mobile Safari/537.36',
  ' Safari/605.1.15',
  ' Mobile/15E148 Safari/604.1',
  ' Mobile/15E148',
  ') Gecko/20100101 Firefox/',
  '; rv:',
  'SamsungBrowser/',
  ' Chrome/',
  ' Edg/',
  'CriOS/',
] as const

// Without those that a text may have: tab, line feed, carriage return.
const CODES = [
  ...'\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e',
]
const ESCAPE = '\x1f'

const codeOf = new Map<string, string>(FRAGMENTS.map((fragment, i) => [fragment, CODES[i] ?? fragment]))
const fragmentOf = new Map<string, string>([...codeOf].map(([fragment, code]) => [code, fragment]))

const literal = (text: string) => text.replaceAll(/[.()]/g, '\\$&')
// A fragment that begins as another one does stands before it.
const longestFirst = FRAGMENTS.toSorted((a, b) => b.length - a.length)
const CONTROL = `[${CODES.join('')}${ESCAPE}]`
const toShorten = new RegExp(`${longestFirst.map(literal).join('|')}|${CONTROL}`, 'g')
const toLengthen = new RegExp(`${ESCAPE}([^])|${CONTROL}`, 'g')

/** A user agent as it is stored. */
export function shortUserAgent(text: string): string {
  return text.replace(toShorten, (found) => codeOf.get(found) ?? ESCAPE + found)
}

/** The user agent of a stored text; of one that was stored as it came, too. */
export function fullUserAgent(short: string): string {
  return short.replace(
    toLengthen,
    (found, escaped: string | undefined) => escaped ?? fragmentOf.get(found) ?? found,
  )
}
