import { createReadStream, createWriteStream, readFileSync, rmSync, statSync } from 'node:fs'
import type { Store } from '../../store/store.ts'
import { csvRecords } from './csv.ts'
import { firebaseParameters } from './firebase.ts'
import { type ImportParts, importUsers, type Tally } from './import-users.ts'
import { jsonRecords } from './json.ts'
import { type Column, columnNames, type Reading } from './person.ts'

/** An import that was asked for on the command line. */
export interface Import {
  readonly path: string
  readonly reading: Reading
  readonly after: number
  readonly report: string
  readonly dryRun: boolean
}

/** Options of `import`, as they were typed. */
export type ImportOptions = Readonly<Record<string, string | boolean | undefined>>

/** Reads what was asked for; a text says what is wrong with it. */
export function readImport(path: string, options: ImportOptions): Import | string {
  const given = (name: string) => (typeof options[name] === 'string' ? options[name] : undefined)
  const after = given('after') ?? '0'
  if (!/^\d{1,10}$/.test(after)) return '--after takes a number of rows.'
  const columns = columnsOf(given('columns'))
  if (typeof columns === 'string') return columns
  const config = given('firebase')
  const firebase = config === undefined ? undefined : readFirebase(config)
  if (firebase === null) return `${config} has no password hash parameters of Firebase.`
  return {
    path,
    after: Number(after),
    dryRun: options['dry-run'] === true,
    report: given('report') ?? `${path === '-' ? 'import' : path}.left-out.jsonl`,
    reading: { columns, firebase, withoutHash: options['without-hash'] === true },
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
  const again = there > 0 ? `, ${there} ${there === 1 ? 'was' : 'were'} there already` : ''
  const left = leftOut > 0 ? `, ${leftOut} left out: see ${report}` : ''
  return `${rows} ${rows === 1 ? 'row' : 'rows'}: ${added} added${again}${left}.`
}
