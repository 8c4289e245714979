import { read } from '../../scripts/docs/modules.ts'
import { FEATURES } from './features.mjs'
import { PARTS, readMeasures } from './measures.mjs'

export const SIZES_PAGE = 'docs/sizes.md'

type Manifest = {
  readonly name: string
  readonly engines: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

/** A range, with all its pre-releases in two words: semver wants each of their versions named. */
function inWords(range: string): string {
  const parts = range.split(' || ')
  const releases = parts.filter((part) => !part.endsWith('-0'))
  return `\`${releases.join(' or ')}\`${releases.length < parts.length ? ', pre-releases too' : ''}`
}

/** The page of sizes and versions: what was measured, the limits that `npm run size` holds, and the ranges of the packages. */
export function sizesPage(): string {
  const bytes = (count: number) => count.toLocaleString('en')
  const measured = readMeasures()
  const sizes = PARTS.map(({ key, name, limit }) => [name, bytes(measured[key] ?? 0), bytes(limit)])
  const features = FEATURES.map(({ name, limit }) => [
    name,
    bytes(measured.features?.[name] ?? 0),
    bytes(limit),
  ])
  const versions = ['lib', 'auth-server'].flatMap((folder) => {
    const { name, ...manifest }: Manifest = JSON.parse(read(`${folder}/package.json`))
    const { engines, peerDependencies = {}, peerDependenciesMeta = {} } = manifest
    const wanted = [...Object.entries(engines), ...Object.entries(peerDependencies)]
    return wanted.map(([needed, range]) => {
      const isOptional = peerDependenciesMeta[needed]?.optional === true
      return [`\`${name}\``, `\`${needed}\``, inWords(range), isOptional ? 'if used' : 'yes']
    })
  })
  return `# Sizes and versions

Made by \`npm run size -- --write\`, and by \`npm run docs:api\` from each package.json.

## Sizes

Bytes after gzip, in real builds with the newest Next. \`npm run size\` measures them anew, and fails beyond the limits and where this
page is off by more than 2 %; \`npm test\` runs it.

${table(['part', 'bytes', 'at most'], sizes)}

The gateway's own parts, each by how much less there is without it. They are more than the first line together: the empty middleware
carries a parser of user agents, 8 KB, which the gateway does without.

${table(['part of the gateway', 'bytes', 'at most'], features)}

## Versions

${table(['package', 'with', 'versions', 'needed'], versions)}
`
}

const table = (titles: readonly string[], rows: readonly (readonly string[])[]) =>
  [titles, titles.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
