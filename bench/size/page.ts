import { read } from '../../scripts/docs/modules.ts'
import { BROWSER_LIMIT, DESCRIBED_LIMIT, DEVICE_LIMIT, EDGE_LIMIT_KB } from './limits.mjs'

export const SIZES_PAGE = 'docs/sizes.md'

type Manifest = {
  readonly name: string
  readonly engines: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

/** The page of sizes and versions: the limits that `npm run size` holds, and the ranges of the packages. */
export function sizesPage(): string {
  const bytes = (count: number) => count.toLocaleString('en')
  const sizes = [
    ['the gateway, over an empty middleware', bytes(EDGE_LIMIT_KB * 1000)],
    ['`apiBackend` with a preset, more', bytes(DESCRIBED_LIMIT)],
    ['`bindDevices`, more', bytes(DEVICE_LIMIT)],
    ['`evergate/react` in a browser, without React', bytes(BROWSER_LIMIT)],
  ]
  const versions = ['lib', 'auth-server'].flatMap((folder) => {
    const { name, ...manifest }: Manifest = JSON.parse(read(`${folder}/package.json`))
    const { engines, peerDependencies = {}, peerDependenciesMeta = {} } = manifest
    const wanted = [...Object.entries(engines), ...Object.entries(peerDependencies)]
    return wanted.map(([needed, range]) => {
      const isOptional = peerDependenciesMeta[needed]?.optional === true
      return [
        `\`${name}\``,
        `\`${needed}\``,
        `\`${range.replaceAll('||', 'or')}\``,
        isOptional ? 'if used' : 'yes',
      ]
    })
  })
  return `# Sizes and versions

Made by \`npm run docs:api\` from the limits of the size check and from each package.json.

## Sizes

The most bytes after gzip. \`npm run size\` measures them in real builds, and fails beyond; \`npm test\` runs it.

${table(['part', 'at most'], sizes)}

## Versions

${table(['package', 'with', 'versions', 'needed'], versions)}
`
}

const table = (titles: readonly string[], rows: readonly (readonly string[])[]) =>
  [titles, titles.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
