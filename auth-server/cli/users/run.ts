import { userInfo } from 'node:os'
import { parseArgs } from 'node:util'
import { loadEnvFile } from '../../config/env-file.ts'
import { readStoreAddress } from '../../config/environment.ts'
import { createAudit } from '../../observe/audit.ts'
import { createLogger } from '../../observe/logger.ts'
import { openStore } from '../../store/open.ts'
import { StoreError } from '../../store/store.ts'
import { accountsOf } from '../../users/accounts.ts'
import type { Bench } from './command.ts'
import { commands } from './commands.ts'
import { Problem } from './problem.ts'

/** Column of the help at which the text begins. */
const INDENT = 24

function help(name: string): string {
  const lines = Object.entries(commands).flatMap(
    ([
      command,
      {
        usage,
        help: [first = '', ...rest],
      },
    ]) => [
      `  ${`${command} ${usage}`.trim().padEnd(INDENT - 2)}${first}`,
      ...rest.map((line) => ' '.repeat(INDENT) + line),
    ],
  )
  return `Usage: ${name} COMMAND

${lines.join('\n')}

The store is the one of STORE_URL. Audit events go to standard error.
Exit code: 0 done, 1 could not be done, 2 wrong usage.
`
}

function prepare([name = '', ...rest]: readonly string[], usage: string): (bench: Bench) => Promise<void> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) throw new Problem(2, usage)
  const options = Object.fromEntries(
    Object.entries(command.options ?? {}).map(([option, kind]) => [
      option,
      { type: kind === 'text' ? ('string' as const) : ('boolean' as const) },
    ]),
  )
  let parsed: ReturnType<typeof parseArgs>
  try {
    parsed = parseArgs({ args: rest, options, allowPositionals: true })
  } catch {
    throw new Problem(2, usage)
  }
  const { values, positionals } = parsed
  const isOptional = command.usage.startsWith('[')
  const fits = positionals.length === command.words || (isOptional && positionals.length < command.words)
  if (!fits) throw new Problem(2, usage)
  return command.prepare(positionals, values as Record<string, string | boolean | undefined>)
}

/**
 * `users`: for an operator with access to the store.
 *
 * @param name - how it was called, for the help
 * @returns the exit code
 */
export async function runUsers(words: readonly string[], name: string): Promise<0 | 1 | 2> {
  const usage = help(name)
  if (words.some((word) => word === '--help' || word === '-h' || word === 'help')) {
    process.stdout.write(usage)
    return 0
  }
  try {
    await withStore(prepare(words, usage.trimEnd()), name)
    return 0
  } catch (error) {
    console.error(error instanceof Problem || error instanceof StoreError ? error.message : error)
    return error instanceof Problem ? error.exitCode : 1
  }
}

async function withStore(run: (bench: Bench) => Promise<void>, name: string): Promise<void> {
  loadEnvFile()
  const address = readStoreAddress(process.env)
  if (!address.ok) throw new Problem(1, address.problems.join('\n'))
  const { store } = await openStore(address.value)
  const audit = createAudit(createLogger('info', process.stderr))
  const operator = nameOfOperator()
  try {
    await run({
      store,
      audit,
      operator,
      accounts: accountsOf(store, audit, { operator }),
      async userOf(address) {
        const user = await store.users.findByEmail(address)
        if (user) return user
        throw new Problem(1, `There is no user ${address}; \`${name} list\` shows all of them.`)
      },
      print: (line) => console.log(line),
    })
  } finally {
    await store.close()
  }
}

function nameOfOperator(): string {
  try {
    return userInfo().username
  } catch {
    // A container may run under a number that has no name.
    return String(process.getuid?.() ?? 'unknown')
  }
}
