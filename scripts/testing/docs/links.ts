import { posix } from 'node:path'
import { files, type Page, read } from './pages.ts'

export type Link = { readonly line: number; readonly target: string }

const INLINE_CODE = /`[^`]*`/g
const LINK = /\[[^\]]*\]\(([^)\s]+)\)/g

/** Links of a page that lead into the repository. */
export function localLinks({ prose }: Page): Link[] {
  return prose.flatMap((content, index) =>
    [...content.replace(INLINE_CODE, '').matchAll(LINK)]
      .map(([, target = '']) => ({ line: index + 1, target }))
      .filter(({ target }) => !/^[a-z]+:/.test(target)),
  )
}

/** Why a link leads nowhere; undefined when it does not. */
export function brokenBecause(page: Page, target: string): string | undefined {
  const [path = '', anchor] = target.split('#')
  const file = path === '' ? page.path : posix.join(posix.dirname(page.path), path)
  const isFolder = files.some((known) => known.startsWith(`${file.replace(/\/$/, '')}/`))
  if (!files.includes(file) && !isFolder) return `there is no ${file}`
  if (anchor !== undefined && !anchorsOf(read(file)).has(anchor)) return `${file} has no heading #${anchor}`
  return undefined
}

/** The anchors that GitHub gives a page's headings. */
function anchorsOf(markdown: string): Set<string> {
  const found = new Map<string, number>()
  const anchors = new Set<string>()
  for (const [, heading = ''] of markdown.replace(/^```.*?^```$/gms, '').matchAll(/^#{1,6} +(.*)$/gm)) {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
      .replaceAll(' ', '-')
    const times = found.get(slug) ?? 0
    found.set(slug, times + 1)
    anchors.add(times === 0 ? slug : `${slug}-${times}`)
  }
  return anchors
}
