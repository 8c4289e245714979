import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { variables as authServerVariables } from '../auth-server/config/option-table.ts'
import type { Answer } from '../e2e/packages/support/readme.ts'
import { linesOfAnswer, readAnswer, readInstall, section } from '../e2e/packages/support/readme.ts'
import { variables as gatewayVariables } from '../lib/next/config/environment.ts'
import { commandsIn } from './testing/docs/commands.ts'
import { files, pages, read } from './testing/docs/pages.ts'

const README = read('README.md')

const names = new Set([...gatewayVariables, ...authServerVariables].map(({ name }) => name))

function row(name: string): string {
  const gateway = gatewayVariables.find((variable) => variable.name === name)
  const authServer = authServerVariables.find((variable) => variable.name === name)
  const who = gateway && authServer ? 'both' : gateway ? 'gateway' : 'auth server'
  const meaning = new Set([gateway?.meaning, authServer?.meaning].filter(Boolean))
  const defaults = new Set([gateway?.default, authServer?.default].filter(Boolean))
  return `| \`${name}\` | ${who} | ${[...meaning].join('; ')} | ${[...defaults].join('; ')} |`
}

const table = read('docs/configuration.md')
  .split('\n')
  .filter((line) => line.startsWith('| `'))

test('the configuration page’s table is the one that the two schemas make', () => {
  expect(table).toEqual([...names].map(row))
})

const blocks = pages.find(({ path }) => path === 'README.md')?.blocks ?? []
const [firstScreen = '', ...below] = README.split('\n## ')
const headings = below.map((text) => text.split('\n')[0])

describe('the README', () => {
  it('has fewer than 120 lines', () => {
    expect(README.trimEnd().split('\n').length).toBeLessThan(120)
  })

  it('begins with what it is, a renewal drawn, and two commands, and fits a screen', () => {
    const lines = firstScreen.split('\n').length
    const above = blocks.filter(({ line }) => line <= lines)
    expect(above.map(({ language }) => language)).toEqual(['mermaid', 'sh'])
    expect(above[0]?.code).toMatch(/expired[\s\S]*refreshtoken[\s\S]*renewed/)
    expect(commandsIn(above[1]?.code ?? '')).toEqual(['npm start', 'npx evergate init'])
    expect(lines).toBeLessThan(32)
  })

  it('then asks who signs people in, and only then goes on', () => {
    expect(headings).toEqual(['Who signs people in today?', 'Outcomes', 'Why was I signed out?'])
    const answers = section(README, '## Who signs people in today?')
    expect([...answers.matchAll(/^### (.*)$/gm)].map(([, answer]) => answer)).toEqual([
      'Your API',
      'An OpenID provider',
      'Nobody yet: the auth server here',
      'In your app',
    ])
  })

  it('sends nobody to wait, to another account, or to a second start', () => {
    expect(firstScreen).toContain('End my access token')
    expect(firstScreen).not.toMatch(/wait|run out sooner|ACCESS_TOKEN_TTL|restart|admin@/i)
  })

  it('says why Next’s deprecation of `middleware` changes nothing', () => {
    expect(README).toMatch(
      /`middleware` is deprecated[^#]*Both files work here[^#]*edge[^#]*`proxy\.ts` runs in Node alone/,
    )
  })
})

/** White space and the commas that come with it apart. */
const dense = (code: string) => code.replace(/\s+/g, '').replace(/,(?=[\])}])/g, '')

const snippets = dense(
  files
    .filter((file) => file.startsWith('docs/examples/snippets/'))
    .map(read)
    .join('\n'),
)

const ANSWERS: [Answer, string[]][] = [
  ['Your API', ['session-backend.ts', 'next.config.mjs']],
  ['An OpenID provider', ['provider.ts', 'middleware.ts', 'app/auth/[action]/route.ts']],
]

describe.each(ANSWERS)('the README’s answer "%s"', (answer, written) => {
  const code = readAnswer(answer)

  it('has the whole of each file', () => {
    expect(code.map(({ name }) => name)).toEqual(written)
  })

  it('is the code of examples that other tests run', () => {
    expect(code.filter(({ text: content }) => !snippets.includes(dense(content)))).toEqual([])
  })
})

describe('the README’s answer "Nobody yet"', () => {
  const { commands, lines, decisions, stated } = readInstall()

  it('installs, makes secrets that nobody else can read, and starts', () => {
    const folder = mkdtempSync(join(tmpdir(), 'evergate-readme-'))
    execFileSync('sh', ['-c', commands[1] ?? ''], { cwd: folder })
    const file = join(folder, '.env.local')
    expect(readFileSync(file, 'utf8')).toMatch(/^ETLS_ACCESS=[\w-]{43}\nETLS_REFRESH=[\w-]{43}\n$/)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    rmSync(folder, { recursive: true })
    expect([commands[0], ...commands.slice(2)]).toEqual([
      'npm install evergate @evergate/auth-server',
      'npx evergate-auth-server',
    ])
  })

  it('says how many lines and decisions it takes', () => {
    expect(stated).toEqual({ lines, decisions })
  })
})

test('the README says how many lines the two other answers take', () => {
  const stated = /a provider takes (\d+), and an API of yours (\d+)/.exec(README)?.slice(1).map(Number)
  expect(stated).toEqual([linesOfAnswer('An OpenID provider'), linesOfAnswer('Your API')])
})
