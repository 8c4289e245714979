import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The steps that a person takes after the README's "Install" section. */
export type Install = {
  /** Commands, in their order. */
  readonly commands: readonly string[]
  /** Files that are written as they stand there, by kind of file. */
  readonly written: {
    readonly middleware: string
    /** A new page, for apps that have none; no line of it is needed. */
    readonly page: { readonly file: string; readonly text: string }
  }
  /** Changes of files that are there. */
  readonly changes: readonly { readonly file: string; readonly diff: string }[]
  /** Lines of code that are written, blank ones left out. */
  readonly lines: number
  readonly decisions: number
  /** The section's own words about both. */
  readonly stated: { readonly lines: number; readonly decisions: number }
}

/** Reads the section, so that what it says and what is tested cannot differ. */
export function readInstall(): Install {
  const readme = readFileSync(fileURLToPath(new URL('../../../README.md', import.meta.url)), 'utf8')
  const section = /\n## Install\n(.*?)\n### /s.exec(readme)?.[1] ?? ''
  const blocks = [...section.matchAll(/([^\n]*)\n\n```(\w+)\n(.*?)```/gs)].map(
    ([, lead = '', kind = '', text = '']) => ({ lead, kind, text }),
  )
  const one = (kind: string) => {
    const found = blocks.filter((block) => block.kind === kind)
    const [block] = found
    if (!block || found.length > 1)
      throw new Error(`the README has ${found.length} blocks of ${kind} to install with`)
    return { file: fileIn(block.lead), text: block.text }
  }
  const diffs = blocks.filter(({ kind }) => kind === 'diff')
  const added = diffs.flatMap(({ text }) => text.split('\n').filter((line) => line.startsWith('+')))
  const [, lines, decisions] = /takes (\d+) lines of code and (\d+) decisions/.exec(section) ?? []
  return {
    commands: blocks.filter(({ kind }) => kind === 'sh').flatMap(({ text }) => text.trim().split('\n')),
    written: { middleware: one('ts').text, page: one('tsx') },
    changes: diffs.map(({ lead, text }) => ({ file: fileIn(lead), diff: text })),
    lines: linesOf(one('ts').text) + added.length,
    decisions: [...section.matchAll(/^\d+\. /gm)].length,
    stated: { lines: Number(lines), decisions: Number(decisions) },
  }
}

const fileIn = (lead: string) => /here `([^`]+)`/.exec(lead)?.[1] ?? ''

const linesOf = (text: string) => text.split('\n').filter((line) => line.trim() !== '').length

/** A new line takes the place of the old one before it; imports that replace none go before the others, or to the top. */
export function applyDiff(before: string, diff: string): string {
  let text = before
  let old: string | undefined
  for (const line of diff.trimEnd().split('\n')) {
    const rest = line.slice(1)
    if (line.startsWith('-')) {
      if (text.split(rest).length !== 2) throw new Error(`the file has no line, or several: ${rest}`)
      old = rest
      continue
    }
    if (old !== undefined) text = text.replace(old, () => rest)
    else if (/^import /m.test(text)) text = text.replace(/^import /m, () => `${rest}\nimport `)
    else text = `${rest}\n${text}`
    old = undefined
  }
  return text
}
