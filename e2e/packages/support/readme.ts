import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The steps that a person takes after the README's answer "Nobody yet", and after docs/install.md. */
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
  /** The README's own words about both. */
  readonly stated: { readonly lines: number; readonly decisions: number }
}

/** Reads the README, and the page with the lines one by one, so that what they say and what is tested cannot differ. */
export function readInstall(): Install {
  const readme = read('README.md')
  const page = read('docs/install.md')
  const answers = section(readme, '## Who signs people in today?')
  const shell = blocksOf(section(readme, '### Nobody yet: the auth server here')).filter(isOf('sh'))
  const middleware = one(blocksOf(section(readme, '### In your app')), 'ts')
  const lines = blocksOf(section(page, '## Line by line'))
  const diffs = lines.filter(isOf('diff'))
  const written = one(lines, 'tsx')
  const added = diffs.flatMap(({ text }) => text.split('\n').filter((line) => line.startsWith('+')))
  const [, ofCode, decisions] = /takes (\d+) lines of code and (\d+) decisions/.exec(answers) ?? []
  return {
    commands: shell.flatMap(({ text }) => text.trim().split('\n')),
    written: { middleware: middleware.text, page: { file: fileIn(written.lead), text: written.text } },
    changes: diffs.map(({ lead, text }) => ({ file: fileIn(lead), diff: text })),
    lines: linesOf(middleware.text) + added.length,
    decisions: [...section(page, '## You decide').matchAll(/^\d+\. /gm)].length,
    stated: { lines: Number(ofCode), decisions: Number(decisions) },
  }
}

/** One of the README's answers that brings files of its own. */
export type Answer = 'Your API' | 'An OpenID provider'

export type WrittenFile = { readonly name: string; readonly text: string }

/** The files of an answer, each as it stands there. */
export const readAnswer = (answer: Answer): WrittenFile[] =>
  filesIn(one(blocksOf(section(read('README.md'), `### ${answer}`)), 'ts').text)

/** The lines that an answer takes in an app that has a sign-in form and a page for those who are signed in, as {@link Install.lines} counts. */
export function linesOfAnswer(answer: Answer): number {
  const { changes, written } = readInstall()
  const isProvider = answer === 'An OpenID provider'
  const files = readAnswer(answer).filter(({ name }) => !name.startsWith('next.config'))
  const own = files.reduce((sum, { text }) => sum + linesOf(text), 0)
  // With a provider a link is the form, and the last line of the other middleware stays.
  const added = changes
    .filter(({ file }) => !isProvider || file !== ACTION)
    .flatMap(({ diff }) => diff.match(/^\+/gm) ?? [])
  return own + added.length + (isProvider ? 2 : linesOf(written.middleware))
}

/** The server action of the sign-in form. */
export const ACTION = 'app/login/actions.ts'

/** A block may hold several files, each below its name. */
const filesIn = (code: string): WrittenFile[] =>
  [...code.matchAll(/^\/\/ (\S+)\n([\s\S]*?)(?=^\/\/ \S+\n|$(?![\s\S]))/gm)].map(
    ([, name = '', text = '']) => ({ name, text }),
  )

type Block = { readonly lead: string; readonly kind: string; readonly text: string }

const read = (path: string) =>
  readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8')

/** The text below a heading, until the next of its rank or above. */
export function section(page: string, heading: string): string {
  const [, below = ''] = page.split(`\n${heading}\n`)
  const rank = heading.indexOf(' ')
  return below.split(new RegExp(`\n#{1,${rank}} `))[0] ?? ''
}

/** Fenced blocks, each with the line above it. */
const blocksOf = (text: string): Block[] =>
  [...text.matchAll(/([^\n]*)\n{1,2}```(\w+)\n(.*?)```/gs)].map(([, lead = '', kind = '', code = '']) => ({
    lead,
    kind,
    text: code,
  }))

const isOf =
  (kind: string) =>
  (block: Block): boolean =>
    block.kind === kind

function one(blocks: readonly Block[], kind: string): Block {
  const [block, ...more] = blocks.filter(isOf(kind))
  if (!block || more.length > 0) throw new Error(`there is not one block of ${kind} to install with`)
  return block
}

const fileIn = (lead: string) => /here `([^`]+)`/.exec(lead)?.[1] ?? ''

/** How many lines of code a text has, blank ones left out. */
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
