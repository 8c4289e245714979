import { dictionary } from '@zxcvbn-ts/language-common'

/** About 49,000 passwords that leaked most often, lower-cased. */
const common: ReadonlySet<string> = new Set(dictionary['passwords-common'])
const SHORTEST_WORD = 3
const FEWEST_ADDED = 6

/** The names by which people know this service: its access tokens carry them. */
export interface ServiceNames {
  readonly issuer: string
  readonly audience: string
}

/**
 * Why a new password would be among the first that somebody tries; undefined when it would not.
 *
 * @param context - what everybody knows of the person and the service: e-mail address, name, the service's names
 */
export function whyGuessable(
  password: string,
  context: readonly string[],
): 'too_common' | 'too_personal' | undefined {
  const lower = password.toLowerCase()
  if (common.has(lower)) return 'too_common'
  const rest = withoutWords(lower, context.flatMap(wordsOf))
  if (rest === lower) return undefined
  return [...rest].length < FEWEST_ADDED || common.has(rest) ? 'too_personal' : undefined
}

/** The text itself (of an e-mail address what stands before the @), and the words in it. */
function wordsOf(text: string): string[] {
  const name = text.toLowerCase().split('@')[0] ?? ''
  return [name, ...name.split(/[^\p{L}\p{N}]+/u)].filter((word) => word.length >= SHORTEST_WORD)
}

function withoutWords(text: string, words: readonly string[]): string {
  // The long ones first: what they contain must not break them up.
  return words.toSorted((a, b) => b.length - a.length).reduce((rest, word) => rest.replaceAll(word, ''), text)
}
