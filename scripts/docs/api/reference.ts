import { read } from '../modules.ts'
import type { Export } from './exports.ts'
import { exportsOf } from './exports.ts'

/** An entry point, and the page that describes it. */
export type Entry = { readonly name: string; readonly file: string; readonly page: string }

/** Every public entry point, after the packages' own lists. */
export const entries: readonly Entry[] = [
  ...Object.entries<string>(JSON.parse(read('lib/package.json')).exports)
    .filter(([, file]) => file.endsWith('.ts'))
    .map(([path, file]) => ({ name: `evergate${path.slice(1)}`, file: file.replace('.', 'lib') })),
  { name: '@evergate/auth-server', file: 'auth-server/index.ts' },
].map((entry) => ({ ...entry, page: `docs/api/${entry.name.replace('@', '').replaceAll('/', '-')}.md` }))

/** A comment in its parts; `examples` are code. */
export type Comment = {
  readonly text: string
  readonly tags: readonly { readonly name: string; readonly text: string }[]
  readonly examples: readonly { readonly title: string; readonly code: string }[]
}

export function readComment(comment: string): Comment {
  const [text = '', ...parts] = comment.split(/^(?=@\w)/m)
  const read = parts.map((part) => {
    const [, name = '', rest = ''] = /^@(\w+)[ \t]*(.*)$/s.exec(part) ?? []
    return { name, text: rest.trimEnd() }
  })
  return {
    text: text.trim(),
    tags: read.filter(({ name }) => name !== 'example'),
    examples: read.flatMap(({ name, text }) => {
      if (name !== 'example') return []
      const [title = '', ...code] = text.split('\n')
      // One line alone is code; with more below it, it says where they stand.
      const below = code.join('\n').trim()
      return below === '' ? { title: '', code: title.trim() } : { title: title.trim(), code: below }
    }),
  }
}

const WORDS: Readonly<Record<string, string>> = { returns: 'Returns', throws: 'Throws', param: 'Parameter' }

/** Markdown of what one entry point offers. */
function pageOf({ name, file }: Entry): string {
  const found = exportsOf(file)
  const names = new Set(found.map((one) => one.name))
  const list = found.map((one) => `[\`${one.name}\`](#${one.name.toLowerCase()})`).join(' · ')
  return `# ${name}\n\nMade by \`npm run docs:api\` from the comments in the source. [All entry points](README.md)\n\n${list}\n\n${found
    .map((one) => section(one, names))
    .join('\n')}`
}

function section({ name, file, kind, comment, signature }: Export, names: ReadonlySet<string>): string {
  const { text, tags, examples } = readComment(comment)
  const prose = (markdown: string) =>
    markdown.replace(/\{@link (\w+)\}/g, (_, target: string) =>
      names.has(target) ? `[\`${target}\`](#${target.toLowerCase()})` : `\`${target}\``,
    )
  const tagLines = tags.map((tag) => {
    const [first = '', ...rest] = tag.text.split(' ')
    const said =
      tag.name === 'param' ? `\`${first}\`: ${rest.join(' ')}` : tag.text.replace(/^\{(\w+)\}/, '`$1`')
    return `- ${WORDS[tag.name] ?? tag.name} ${prose(said).replaceAll('\n', ' ')}`
  })
  return [
    `## ${name}`,
    `${kind[0]?.toUpperCase()}${kind.slice(1)} · [\`${file}\`](../../${file})`,
    prose(text),
    tagLines.join('\n'),
    fence(file, signature),
    ...examples.flatMap(({ title, code }) => [title ? `\`${title}\`` : 'Example:', fence('x.tsx', code)]),
  ]
    .filter(Boolean)
    .join('\n\n')
    .concat('\n')
}

const fence = (file: string, code: string) => `\`\`\`${file.endsWith('x') ? 'tsx' : 'ts'}\n${code}\n\`\`\``

/** The list of all entry points. */
function indexPage(): string {
  const rows = entries.map(
    ({ name, file, page }) => `| [\`${name}\`](${page.split('/').at(-1)}) | ${exportsOf(file).length} |`,
  )
  return `# API reference\n\nMade by \`npm run docs:api\` from the comments in the source.\n\n| entry point | exports |\n|---|---|\n${rows.join('\n')}\n`
}

/** Every file of the reference, by its path. */
export const referenceFiles = (): ReadonlyMap<string, string> =>
  new Map([
    ['docs/api/README.md', indexPage()],
    ...entries.map((entry) => [entry.page, pageOf(entry)] as const),
  ])
