import { createReadStream, createWriteStream, readFileSync, rmSync, statSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Store } from '../../store/store.ts'
import { csvRecords } from './csv.ts'
import { firebaseParameters } from './firebase.ts'
import { type ImportParts, importUsers, type Tally } from './import-users.ts'
import { jsonRecords } from './json.ts'
import { type Column, columnNames, type Reading } from './person.ts'

/** What `import` takes, for the help. */
export const IMPORT_HELP = `  import FILE      adds the users of a CSV or JSON file, with the password hashes they have; - for standard input
                     --columns hash=pw,id=uid   names of columns: ${columnNames.join(', ')}
                     --firebase FILE            the password hash parameters of a Firebase project
                     --without-hash             also people without a password
                     --report FILE              who was left out, and why; default FILE.left-out.jsonl
                     --after N                  skips N rows
                     --dry-run                  changes nothing`

const options = {
  columns: { type: 'string' },
  firebase: { type: 'string' },
  'without-hash': { type: 'boolean', default: false },
  report: { type: 'string' },
  after: { type: 'string', default: '0' },
  'dry-run': { type: 'boolean', default: false },
} as const

/** An import that was asked for on the command line. */
export interface Import {
  readonly path: string
  readonly reading: Reading
  readonly after: number
  readonly report: string
  readonly dryRun: boolean
}

/** Reads the words behind `import`; a text says what is wrong with them. */
export function parseImport(words: readonly string[]): Import | string {
  const parsed = tryParse(words)
  if (typeof parsed === 'string') return parsed
  const { values, positionals } = parsed
  const [path] = positionals
  if (path === undefined || positionals.length > 1) return 'import takes one file.'
  if (!/^\d{1,10}$/.test(values.after)) return '--after takes a number of rows.'
  const columns = columnsOf(values.columns)
  if (typeof columns === 'string') return columns
  const firebase = values.firebase === undefined ? undefined : readFirebase(values.firebase)
  if (firebase === null) return `${values.firebase} has no password hash parameters of Firebase.`
  return {
    path,
    after: Number(values.after),
    dryRun: values['dry-run'],
    report: values.report ?? `${path === '-' ? 'import' : path}.left-out.jsonl`,
    reading: { columns, firebase, withoutHash: values['without-hash'] },
  }
}

function tryParse(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true })
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function columnsOf(list: string | undefined): Reading['columns'] | string {
  const pairs = list === undefined ? [] : list.split(',').map((pair) => pair.split('='))
  const bad = pairs.find(([name = '', column]) => !columnNames.includes(name as Column) || !column)
  return bad
    ? `--columns takes ${columnNames.map((name) => `${name}=…`).join(',')}.`
    : Object.fromEntries(pairs)
}

function readFirebase(path: string): string | null {
  try {
    return firebaseParameters(readFileSync(path, 'utf8')) ?? null
  } catch {
    return null
  }
}

const PROGRESS_EVERY_MS = 1_000

/** Runs an import, and tells on standard error how far it is. SIGINT ends it after the thousand rows that it is at. */
export async function runImport(
  { path, reading, after, report, dryRun }: Import,
  store: Store,
  newId: () => string,
): Promise<Tally> {
  const size = path === '-' ? undefined : statSync(path).size
  const input = path === '-' ? process.stdin : createReadStream(path)
  input.setEncoding('utf8')
  const leftOut = createWriteStream(report, { flags: after > 0 ? 'a' : 'w', mode: 0o600 })
  const stop = new AbortController()
  const end = () => stop.abort()
  process.once('SIGINT', end)
  const tell = teller(after, () => (size && 'bytesRead' in input ? input.bytesRead / size : undefined))
  let tally: Tally | undefined
  try {
    tally = await importUsers(recordsOf(input), {
      users: dryRun ? dry(store.users) : store.users,
      newId,
      reading,
      after,
      stop: stop.signal,
      leftOut: (row) => void leftOut.write(`${JSON.stringify(row)}\n`),
      progress: tell,
    })
    if (stop.signal.aborted) console.error(`Stopped. To go on: --after ${tally.rows}`)
    return tally
  } finally {
    process.off('SIGINT', end)
    await new Promise((resolve) => leftOut.end(resolve))
    if (tally?.leftOut === 0 && after === 0) rmSync(report, { force: true })
  }
}

function dry(users: ImportParts['users']): ImportParts['users'] {
  return { ...users, createMany: async (many) => many.map(() => 'created' as const) }
}

/** Tells how far an import is, now and then. */
function teller(after: number, share: () => number | undefined): (tally: Tally) => void {
  const started = performance.now()
  let told = started
  return ({ rows }) => {
    const now = performance.now()
    if (now - told < PROGRESS_EVERY_MS) return
    told = now
    const part = share()
    const percent = part === undefined ? '' : ` (${Math.floor(part * 100)} %)`
    console.error(`${rows} rows${percent}, ${Math.round((rows - after) / ((now - started) / 1000))} a second`)
  }
}

async function* recordsOf(
  input: AsyncIterable<string>,
): AsyncGenerator<Record<string, unknown> | 'unreadable'> {
  const chunks = input[Symbol.asyncIterator]()
  const { value: first, done } = await chunks.next()
  if (done) return
  async function* all() {
    yield first
    yield* { [Symbol.asyncIterator]: () => chunks }
  }
  yield* /^\uFEFF?\s*[[{]/.test(first) ? jsonRecords(all()) : csvRecords(all())
}

/** One sentence of what became of it. */
export function describeTally({ rows, added, there, leftOut }: Tally, report: string): string {
  const again = there > 0 ? `, ${there} were there already` : ''
  const left = leftOut > 0 ? `, ${leftOut} left out: see ${report}` : ''
  return `${rows} rows: ${added} added${again}${left}.`
}
