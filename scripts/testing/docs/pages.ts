import { readdirSync } from 'node:fs'
import { read } from '../../docs/modules.ts'
import { fromRoot } from '../../lib/paths.mjs'

export { read }

/** A fenced block of a page. `line` is that of its fence. */
export type Block = {
  readonly page: string
  readonly line: number
  readonly language: string
  readonly code: string
}

/** A page of the documentation: what stands in fences, and the rest. */
export type Page = {
  readonly path: string
  readonly blocks: readonly Block[]
  /** Without blocks, line for line. */
  readonly prose: readonly string[]
}

const NOT_OURS = new Set(['node_modules', 'test-results', 'playwright-report'])

/** Every file of the repository, but what tools put there. Without git, which a copy need not have. */
export const files: readonly string[] = filesIn('')

function filesIn(folder: string): string[] {
  return readdirSync(fromRoot(folder), { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.') && !NOT_OURS.has(name))
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      return entry.isDirectory() ? filesIn(path) : entry.isFile() ? [path] : []
    })
}

const FENCE = /^\s*```(.*)$/
const FRONT = ['README.md', 'auth-server/README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md']

/** The pages that people read. */
export const pages: readonly Page[] = [...FRONT, ...files.filter((file) => /^docs\/.*\.md$/.test(file))].map(
  (path) => readPage(path, read(path)),
)

/** Splits a page. A fence that is never closed is a block to the end. */
function readPage(path: string, text: string): Page {
  const blocks: Block[] = []
  const prose: string[] = []
  let open: { line: number; language: string; lines: string[] } | undefined
  text.split('\n').forEach((content, index) => {
    const info = FENCE.exec(content)?.[1]
    if (open && info === '') {
      blocks.push({ page: path, line: open.line, language: open.language, code: open.lines.join('\n') })
      open = undefined
    } else if (open) open.lines.push(content)
    else if (info !== undefined) open = { line: index + 1, language: info.trim(), lines: [] }
    prose.push(open || info !== undefined ? '' : content)
  })
  return { path, blocks, prose }
}

/** White space at line starts apart, and empty lines. */
export const flat = (text: string) => text.replace(/^\s+/gm, '').trimEnd()
