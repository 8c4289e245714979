import { createRequire } from 'node:module'
import { literally } from './app-routes.ts'

type Token = string | { readonly pattern: string; readonly modifier: string }

/** The parser with which Next itself reads a `source`. Node cannot import it as a module. */
const { parse, pathToRegexp, tokensToRegexp } = createRequire(import.meta.url)(
  'next/dist/compiled/path-to-regexp',
) as {
  parse(source: string): Token[]
  pathToRegexp(source: string, keys: [], options: object): RegExp
  tokensToRegexp(tokens: readonly Token[], keys: [], options: object): RegExp
}

type Languages = { readonly locales: readonly string[]; readonly defaultLocale: string }

/** The parts of a configuration that paths depend on. */
export type PathSettings = {
  readonly basePath?: string | undefined
  readonly i18n?: Languages | null | undefined
}

type Sourced = {
  readonly source: string
  readonly basePath?: false | undefined
  readonly locale?: false | undefined
}

const OPTIONS = { delimiter: '/', sensitive: false, strict: true } as const

/** The paths that a rewrite's `source` means, as regular expressions for the whole path. Throws for one that Next refuses, too. */
export function sourcePatterns(rewrite: Sourced, { basePath = '', i18n }: PathSettings): string[] {
  const base = rewrite.basePath === false ? '' : literally(basePath)
  const source = rewrite.source === '/' && base ? '' : rewrite.source
  if (!i18n) return [base + patternOf(pathToRegexp(source, [], OPTIONS))]
  // Next puts the default language before a path that has none, and looks then.
  if (rewrite.locale !== false) {
    const language = `(?:/(?:${i18n.locales.map(literally).join('|')}))?`
    return [base + language + patternOf(pathToRegexp(source, [], OPTIONS))]
  }
  const rest = withoutFirst(parse(source), i18n.defaultLocale)
  return [
    base + patternOf(pathToRegexp(source, [], OPTIONS)),
    ...(rest ? [base + patternOf(tokensToRegexp(rest, [], OPTIONS))] : []),
  ]
}

/** Without `^` and `$`. */
const patternOf = ({ source }: RegExp) => source.replace(/^\^/, '').replace(/\$$/, '')

/** The rest of a source after its first segment `segment`; undefined when it cannot be. */
function withoutFirst(tokens: readonly Token[], segment: string): Token[] | undefined {
  const [first, ...rest] = tokens
  if (typeof first === 'string') {
    if (!`${first}/`.startsWith(`/${segment}/`)) return undefined
    return [first.slice(segment.length + 1), ...rest]
  }
  if (!first || !new RegExp(`^(?:${first.pattern})$`, 'i').test(segment)) return undefined
  return /[*+]/.test(first.modifier) ? [{ ...first, modifier: '*' }, ...rest] : rest
}
