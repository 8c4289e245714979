import { existsSync } from 'node:fs'
import { variables as authServerVariables } from '../../../auth-server/config/option-table.ts'
import { variables as gatewayVariables } from '../../../lib/next/config/environment.ts'
import { fromRoot } from '../../lib/paths.mjs'
import { files, read } from './pages.ts'

type Manifest = {
  readonly scripts?: Readonly<Record<string, string>>
  readonly bin?: Readonly<Record<string, string>> | string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}
const manifest = (path: string): Manifest => JSON.parse(read(path))
const scripts = manifest('package.json').scripts ?? {}

/** Variables that the examples, and the programs they start, read beside the product's own. */
const FOREIGN_VARIABLES = [
  'CI',
  'CLIENT_SECRET',
  'DATABASE',
  'DATABASE_URL',
  'HOSTNAME',
  'NODE_ENV',
  'NODE_EXTRA_CA_CERTS',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'REDIS_URL',
]

/** Variables that a page may set: the product's, those of its tests, and those that its containers and its command line name. */
const knownVariables = new Set([
  ...[...gatewayVariables, ...authServerVariables].map(({ name }) => name),
  ...FOREIGN_VARIABLES,
  'TEST_POSTGRES_URL',
  'TEST_REDIS_URL',
  ...files
    .filter((file) => /\.(ya?ml|template)$|Dockerfile|^lib\/cli\/.*\.ts$/.test(file))
    .flatMap((file) =>
      [...read(file).matchAll(/(?:\$\{?|\benv\.)([A-Z][A-Z0-9_]+)/g)].map(([, name = '']) => name),
    ),
])

/** Packages that a page may ask for: our own, and those we ourselves depend on. */
const packages = new Set([
  'evergate',
  '@evergate/auth-server',
  ...['package.json', 'lib/package.json', 'auth-server/package.json'].flatMap((path) => {
    const { dependencies, devDependencies } = manifest(path)
    return Object.keys({ ...dependencies, ...devDependencies })
  }),
])

/** The commands of a `sh` block: without comments, lines that end in a backslash joined. */
export function commandsIn(code: string): string[] {
  return code
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .map((content) => content.replace(/(^|\s)#.*$/, '').trim())
    .filter((command) => command !== '')
}

/** The fault of a command; undefined when the repository knows it. */
export function wrongWith(command: string): string | undefined {
  const parts = command.replace(/\$\([^)]*\)/g, 'VALUE').split(/\s&&\s/)
  const isElsewhere = parts[0]?.startsWith('cd ') ?? false
  return parts.map((part) => wrongWithPart(part, isElsewhere)).find((problem) => problem !== undefined)
}

function wrongWithPart(part: string, isElsewhere: boolean): string | undefined {
  // Pipes and redirections are the shell's affair.
  const [first = ''] = part.split(/\s(?:\||>>?)\s/)
  const words = first.trim().split(/\s+/)
  while (/^[A-Z][A-Z0-9_]*=/.test(words[0] ?? '')) {
    const problem = unknownVariable(words.shift() ?? '')
    if (problem) return problem
  }
  const [program = '', ...args] = words
  // Files of another folder are not here to be looked for.
  if (program === 'node' && isElsewhere) return undefined
  const judge = PROGRAMS[program]
  return judge ? judge(args) : `${program} is no command that a page may use`
}

const PROGRAMS: Readonly<Record<string, (args: readonly string[]) => string | undefined>> = {
  npm: wrongWithNpm,
  npx: wrongWithNpx,
  node: wrongWithFile,
  python3: wrongWithFile,
  curl: wrongWithCurl,
  openssl: () => undefined,
  cd: () => undefined,
  cp: () => undefined,
  echo: () => undefined,
  grep: () => undefined,
  jq: () => undefined,
  mkdir: () => undefined,
  psql: () => undefined,
  docker: ([verb = '']) => (['compose', 'build', 'run'].includes(verb) ? undefined : `docker ${verb}?`),
  export: ([assignment = '']) => unknownVariable(assignment),
}

const unknownVariable = (assignment: string) => {
  const [name = ''] = assignment.split('=')
  return knownVariables.has(name) ? undefined : `nobody reads ${name}`
}

/** The fault of a line of an `env` block. */
export const wrongWithVariable = (content: string) =>
  content.trim() === '' || content.startsWith('#') ? undefined : unknownVariable(content)

function wrongWithNpm([verb = '', ...args]: readonly string[]): string | undefined {
  if (['install', 'i'].includes(verb)) {
    const names = args.filter((word) => !word.startsWith('-')).map((name) => name.replace(/(.)@.*$/, '$1'))
    const unknown = names.filter((name) => !packages.has(name) && !name.startsWith('.'))
    return unknown.length > 0 ? `${unknown} is no package of ours` : undefined
  }
  if (['uninstall', 'ci', 'init', 'pack'].includes(verb)) return undefined
  if (verb === 'view') return packages.has(args[0] ?? '') ? undefined : `${args[0]} is no package of ours`
  const [name = '', ...rest] = verb === 'run' ? args : [verb, ...args]
  const script = scripts[name]
  if (script === undefined) return `package.json has no script ${name}`
  const given = rest.filter((word) => word !== '--')
  return wrongArguments(script, given)
}

/**
 * An argument is known when the files behind the script name it: `--flag`, or a word such as `rotate`. A word after a flag,
 * an e-mail address and a file with data are the user's.
 */
function wrongArguments(script: string, given: readonly string[]): string | undefined {
  const [, program, name = ''] = /^node (\S+) ?([a-z-]*)/.exec(script) ?? []
  if (given.length === 0 || program === undefined) return undefined
  const isCommand = program === 'scripts/main.mjs'
  const entry = isCommand ? 'scripts/commands.mjs' : program
  const base = isCommand ? name : entry.replace(/^.*\/|\.\w+$/g, '')
  const code = files
    .filter((file) => /\.(mjs|ts)$/.test(file) && !file.includes('.test.'))
    .filter((file) => file === entry || `/${file}`.includes(`/${base}.`) || `/${file}`.includes(`/${base}/`))
    .map(read)
    .join('\n')
  const isTheirs = (word: string) => word.includes('@') || /\.(csv|jsonl?)$/.test(word)
  const words = given.filter((word, index) => !given[index - 1]?.startsWith('--') && !isTheirs(word))
  const unknown = words.filter((word) => !new RegExp(`\\b${word.replace(/^--/, '')}\\b`).test(code))
  return unknown.length > 0 ? `${entry} does not know ${unknown}` : undefined
}

/** The commands of the command line. */
const COMMANDS = ['init', 'doctor', 'keys', 'session']

function wrongWithNpx([name = '', ...args]: readonly string[]): string | undefined {
  if (name === 'evergate') return wrongWithEvergate(args)
  const bins = ['lib/package.json', 'auth-server/package.json'].flatMap((path) => {
    const { bin = {} } = manifest(path)
    return Object.keys(bin)
  })
  return bins.includes(name) || name === 'evergate-auth-server' ? undefined : `npx ${name} is not of ours`
}

/** The command and each word and flag after it must stand in the command line's source; what follows a flag is the user's. */
function wrongWithEvergate(args: readonly string[]): string | undefined {
  const [command] = args
  if (command === undefined) return undefined
  if (!COMMANDS.includes(command)) return `evergate has no command ${command}`
  const code = files.filter((file) => /^lib\/cli\/.*\.ts$/.test(file) && !file.includes('.test.')).map(read)
  if (code.length === 0) return undefined
  const own = args.slice(0, args.includes('<') ? args.indexOf('<') : undefined)
  const words = own.filter((_, index) => !own[index - 1]?.startsWith('--'))
  const unknown = words.filter((word) => !new RegExp(`['\`]${word}\\b|${word}[ ,']`).test(code.join('\n')))
  return unknown.length > 0 ? `evergate does not know ${unknown}` : undefined
}

function wrongWithFile([file = '']: readonly string[]): string | undefined {
  if (file === '-e' || existsSync(fromRoot(file))) return undefined
  return `there is no ${file}`
}

/** Pages and routes of the app, and what the auth server answers. */
function knownPaths(): Set<string> {
  const ofApp = files.flatMap((file) => {
    const [, folder] = /^app\/(.*?)\/?(?:page\.tsx|route\.ts)$/.exec(file) ?? []
    return folder === undefined ? [] : [`/${folder}`]
  })
  const ofAuthServer = [...read('auth-server/http/endpoint.ts').matchAll(/`[A-Z]+ (\/\S+)`/g)].map(
    ([, path = '']) => path,
  )
  return new Set([...ofApp, ...ofAuthServer])
}

function wrongWithCurl(args: readonly string[]): string | undefined {
  const address = args.map((word) => word.replace(/^['"]|['"]$/g, '')).find((word) => /^https?:/.test(word))
  if (!address || !URL.canParse(address)) return 'curl without an address'
  const { pathname } = new URL(address)
  return knownPaths().has(pathname) || pathname === '/' ? undefined : `nobody answers ${pathname}`
}
