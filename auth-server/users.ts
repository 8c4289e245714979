/** `npm run users`: lists users, disables and enables them. For an operator with access to the store. */
import { randomBytes } from 'node:crypto'
import { userInfo } from 'node:os'
import { loadEnvFile } from './config/env-file.ts'
import { readStoreAddress } from './config/environment.ts'
import { createAudit } from './observe/audit.ts'
import { createLogger } from './observe/logger.ts'
import { email } from './routes/email.ts'
import { newId } from './services.ts'
import { openStore } from './store/open.ts'
import { type Store, StoreError, type User } from './store/store.ts'
import { describeTally, IMPORT_HELP, parseImport, runImport } from './users/import/command.ts'
import { ImportError } from './users/import/import-error.ts'

const HELP = `Usage: npm run users -- COMMAND

  list             all users: address, roles, day of registration, id (userId in the log), whether disabled
  disable EMAIL    no more signing in; every session of theirs ends at once
  enable EMAIL     may sign in again; what was ended stays so
${IMPORT_HELP}

The store is the one of STORE_URL. Audit events go to standard error.
Exit code: 0 done, 1 could not be done, 2 wrong usage.
`

/** What ends the command with its sentence. */
class Problem extends Error {
  readonly exitCode: 1 | 2

  constructor(exitCode: 1 | 2, message: string) {
    super(message)
    this.exitCode = exitCode
  }
}

type Command = (store: Store) => Promise<void>

function parse([name, ...rest]: readonly string[]): Command {
  if (name === 'list' && rest.length === 0) return list
  if (name === 'import') return importFrom(rest)
  const change = name === 'disable' ? disable : name === 'enable' ? enable : undefined
  if (!change || rest.length !== 1) throw new Problem(2, HELP.trimEnd())
  const address = email.safeParse(rest[0])
  if (!address.success) throw new Problem(2, `"${rest[0]}" is not an e-mail address.`)
  return async (store) => {
    const user = await store.users.findByEmail(address.data)
    if (!user)
      throw new Problem(1, `There is no user ${address.data}; \`npm run users -- list\` shows all of them.`)
    await change(store, user)
  }
}

async function list({ users }: Store): Promise<void> {
  for (let last: string | undefined = ''; last !== undefined; ) {
    const page = await users.list(last, 500)
    for (const { id, email, roles, createdAt, disabledAt } of page) {
      const ended = disabledAt === null ? '' : `  disabled ${day(disabledAt)}`
      console.log(`${email.padEnd(32)}  ${roles.join(',').padEnd(12)}  ${day(createdAt)}  ${id}${ended}`)
    }
    last = page.at(-1)?.email
  }
}

async function disable({ users }: Store, { id, email }: User): Promise<void> {
  const count = (await users.disable(id)) ?? 0
  audit({ event: 'user-disabled', operator }, { userId: id })
  if (count > 0) audit({ event: 'sessions-ended', reason: 'user-disabled', count }, { userId: id })
  console.log(`${email} is disabled, and ${count === 1 ? '1 session has' : `${count} sessions have`} ended.`)
}

async function enable({ users }: Store, { id, email }: User): Promise<void> {
  await users.enable(id)
  audit({ event: 'user-enabled', operator }, { userId: id })
  console.log(`${email} may sign in.`)
}

function importFrom(words: readonly string[]): Command {
  const asked = parseImport(words)
  if (typeof asked === 'string') throw new Problem(2, asked)
  return async (store) => {
    const tally = await runImport(asked, store, () => newId(randomBytes)).catch((error) => {
      throw error instanceof ImportError || isMissing(error) ? new Problem(1, error.message) : error
    })
    if (!asked.dryRun) audit({ event: 'users-imported', operator, count: tally.added }, {})
    console.log(describeTally(tally, asked.report))
  }
}

function isMissing(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && /^E(NOENT|ACCES|ISDIR)$/.test(String(error.code))
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}

function nameOfOperator(): string {
  try {
    return userInfo().username
  } catch {
    // A container may run under a number that has no name.
    return String(process.getuid?.() ?? 'unknown')
  }
}

async function withStore(command: Command): Promise<void> {
  loadEnvFile()
  const address = readStoreAddress(process.env)
  if (!address.ok) throw new Problem(1, address.problems.join('\n'))
  const { store } = await openStore(address.value)
  try {
    await command(store)
  } finally {
    await store.close()
  }
}

const audit = createAudit(createLogger('info', process.stderr))
const operator = nameOfOperator()
const words = process.argv.slice(2)
if (words.some((word) => word === '--help' || word === '-h' || word === 'help')) {
  process.stdout.write(HELP)
} else {
  try {
    await withStore(parse(words))
  } catch (error) {
    console.error(error instanceof Problem || error instanceof StoreError ? error.message : error)
    process.exitCode = error instanceof Problem ? error.exitCode : 1
  }
}
