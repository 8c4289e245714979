import { read } from '../../scripts/docs/modules.ts'

const COMPARISON = 'docs/comparison.md'

/** A source of the comparison. `words` are what the file is said to hold, `path` ends with a slash for a folder. */
export type Source = {
  readonly number: string
  readonly text: string
  readonly read?: {
    readonly name: string
    readonly version: string
    readonly path: string
    readonly words: readonly string[]
  }
}

const LINE = /^(\d+)\. (.+)$/gm
const IN_PACKAGE = /^((?:@[\w-]+\/)?[\w-]+) (\d+\.\d+\.\d+[\w.-]*), `([^`]+)`(.*)$/

/** The text below "Sources" of the page. */
export function sourcesOf(page: string): readonly Source[] {
  const [, list = ''] = page.split('\n## Sources\n')
  return [...list.matchAll(LINE)].map(([, number = '', text = '']) => {
    const [, name, version, path, rest = ''] = IN_PACKAGE.exec(text) ?? []
    const words = [...rest.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word)
    return name && version && path ? { number, text, read: { name, version, path, words } } : { number, text }
  })
}

/** The versions that the sources name, by package. More than one of a package is a page that was changed by halves. */
export function versionsIn(sources: readonly Source[]): ReadonlyMap<string, ReadonlySet<string>> {
  const versions = new Map<string, Set<string>>()
  for (const { read: found } of sources)
    if (found) versions.set(found.name, (versions.get(found.name) ?? new Set()).add(found.version))
  return versions
}

/** The packages that the page's first paragraph says it was read in. */
export function versionsNamed(page: string): ReadonlyMap<string, string> {
  const [, paragraph = ''] = page.split('\n\n')
  return new Map(
    [...paragraph.matchAll(/`([^`]+)`\s+(\d+\.\d+\.\d+(?:-[\w.]*\w)?)/g)].map(
      ([, name = '', version = '']) => [name, version],
    ),
  )
}

/**
 * Words that a package no longer has: null when it says all of it.
 *
 * @param textOf the text of a file in the package, all names in a folder, or undefined when it is not there
 */
export function missingIn(
  { path, words }: NonNullable<Source['read']>,
  textOf: (path: string) => string | undefined,
): string | null {
  const text = textOf(path)
  if (text === undefined) return `no ${path}`
  const missing = words.filter((word) => !text.includes(word))
  return missing.length > 0 ? `no ${missing.join(', ')} in ${path}` : null
}

export const comparisonPage = () => read(COMPARISON)
