import { posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commandsIn, wrongWith, wrongWithVariable } from '../testing/docs/commands.ts'
import { brokenBecause, localLinks } from '../testing/docs/links.ts'
import { type Block, files, flat, pages, read } from '../testing/docs/pages.ts'

const blocks = pages.flatMap((page) => page.blocks)
const isIn = (languages: readonly string[]) => (block: Block) => languages.includes(block.language)
const place = ({ page, line }: Block) => `${page}:${line}`

const CODE = ['ts', 'tsx', 'js', 'mjs', 'jsx']
/** They stand in a file of the repository that a test runs. */
const QUOTED = ['python', 'yaml', 'nginx', 'dockerfile', 'html', 'sql']
const REST = ['sh', 'json', 'env', 'text', 'mermaid', 'diff']

/** Sections that a test of their own takes out of the page, puts into a fresh app and runs. */
const RUN_BY_THEIR_OWN_TEST = [
  { page: 'README.md', heading: '## Who signs people in today?' },
  { page: 'docs/install.md', heading: '## Line by line' },
]

function isRunByItsOwnTest({ page, line }: Block): boolean {
  const above = read(page)
    .split('\n')
    .slice(0, line)
    .filter((content) => content.startsWith('## '))
  return RUN_BY_THEIR_OWN_TEST.some((section) => section.page === page && above.at(-1) === section.heading)
}

const isPage = (file: string) => file.endsWith('.md')
const typeChecked = flat(
  files
    .filter((file) => /\.(ts|tsx|mjs)$/.test(file))
    .map(read)
    .join('\n'),
)
const everyFile = flat(
  files
    .filter((file) => !isPage(file) && /\.(py|ya?ml|conf|template|html|sql|ts|mjs)$|Dockerfile/.test(file))
    .map(read)
    .join('\n'),
)

describe('code in the documentation', () => {
  it('says in which language it is', () => {
    const known = [...CODE, ...QUOTED, ...REST]
    expect(blocks.filter(({ language }) => !known.includes(language)).map(place)).toEqual([])
  })

  it('is fenced, not indented', () => {
    const indented = pages.flatMap(({ path, prose }) =>
      prose.flatMap((content, index) => (/^ {4,}\S/.test(content) ? [`${path}:${index + 1}`] : [])),
    )
    expect(indented).toEqual([])
  })

  it('stands word for word in a file that is type-checked', () => {
    const missing = blocks
      .filter(isIn(CODE))
      // Made from the source; a test of its own holds it against that.
      .filter(({ page }) => !page.startsWith('docs/api/'))
      .filter((block) => !isRunByItsOwnTest(block))
      .filter(({ code }) => !typeChecked.includes(flat(code)))
    expect(missing.map(place)).toEqual([])
  })

  it('stands word for word in a file of the repository when it is of another kind', () => {
    const missing = blocks.filter(isIn(QUOTED)).filter(({ code }) => !everyFile.includes(flat(code)))
    expect(missing.map(place)).toEqual([])
  })

  it('parses where it is data', () => {
    for (const block of blocks.filter(isIn(['json'])))
      expect(() => JSON.parse(block.code), place(block)).not.toThrow()
  })
})

describe('commands in the documentation', () => {
  const commands = blocks
    .filter(isIn(['sh']))
    .flatMap((block) => commandsIn(block.code).map((command) => ({ where: place(block), command })))

  it.each(commands)('$where: $command', ({ command }) => expect(wrongWith(command)).toBeUndefined())

  it('name variables that somebody reads', () => {
    const wrong = blocks
      .filter(isIn(['env']))
      .flatMap((block) => block.code.split('\n').map((line) => [place(block), wrongWithVariable(line)]))
      .filter(([, problem]) => problem !== undefined)
    expect(wrong).toEqual([])
  })

  it('in running text name scripts that there are', () => {
    const named = pages.flatMap(({ path, prose }) =>
      [...prose.join('\n').matchAll(/`((?:[A-Z_]+=\S+ )?np[mx] [^`]+)`/g)].map(([, command = '']) => ({
        path,
        command,
      })),
    )
    // `users -- list`, `disable EMAIL` and the like: capitals stand for what the user writes.
    const wrong = named
      .map(({ path, command }) => [path, command, wrongWith(command.replace(/ …|\b[A-Z]{3,}\b/g, ''))])
      .filter(([, , problem]) => problem !== undefined)
    expect(wrong).toEqual([])
  })
})

describe('what would not be known', () => {
  it.each([
    'npm run nothing',
    'npm run keys -- forget',
    'npm run storm -- --thunder 7',
    'npm install left-pad',
    'npx evergate fly',
    'node docs/examples/nothing.ts',
    'curl http://127.0.0.1:3001/nothing',
    'NO_SUCH_VARIABLE=1 npm start',
    'cd /tmp && npm run nothing',
    'rm -r node_modules',
  ])('%s', (command) => expect(wrongWith(command)).toBeDefined())
})

describe('links in the documentation', () => {
  it('lead to files and headings that are there', () => {
    const broken = pages.flatMap((page) =>
      localLinks(page).flatMap(({ line, target }) => {
        const problem = brokenBecause(page, target)
        return problem ? [`${page.path}:${line} ${problem}`] : []
      }),
    )
    expect(broken).toEqual([])
  })

  it('would be missed', () => {
    const [page] = pages
    if (!page) throw new Error('no page')
    expect(brokenBecause(page, 'docs/nothing.md')).toBeDefined()
    expect(brokenBecause(page, 'docs/testing.md#nothing')).toBeDefined()
  })
})

describe('examples of the documentation', () => {
  it('are each imported by a test, or by an example that is', () => {
    const isExample = (file: string) => file.startsWith('docs/examples/snippets/')
    const withoutEnding = (file: string) => file.replace(/\.\w+$/, '')
    const imported = files
      .filter((file) => /^(scripts\/docs|docs\/examples)\/.*\.tsx?$/.test(file))
      .flatMap((file) =>
        [...read(file).matchAll(/(?:from |import\()\s*'(\.[^']+)'/g)].map(([, target = '']) =>
          withoutEnding(posix.join(posix.dirname(file), target)),
        ),
      )
    const untested = files.filter(
      (file) => isExample(file) && /\.(tsx?|mjs)$/.test(file) && !imported.includes(withoutEnding(file)),
    )
    expect(untested).toEqual([])
  })
})
