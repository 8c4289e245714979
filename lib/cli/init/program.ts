import { randomBytes } from 'node:crypto'
import type { Command } from 'commander'
import { environmentProblems } from '../../next/config/environment.ts'
import { DEFAULT_REMOTE_API } from '../../next/environment.ts'
import { parseEnv } from '../env-file.ts'
import type { Finish } from '../finish.ts'
import type { Io } from '../io.ts'
import type { Report } from '../report.ts'
import { Problem } from '../report.ts'
import type { FileChange } from '../write-files.ts'
import { writeAll } from '../write-files.ts'
import { colored, diffOf } from './diff.ts'
import { nextSteps, planInit } from './plan.ts'
import type { App } from './read-app.ts'
import { readApp } from './read-app.ts'

const HELP = `
Writes middleware.ts with its matcher, wraps next.config, and puts a secret into .env.local, which git is told to ignore.
Shows a diff and asks; without --yes and without a terminal nothing is written. All of it is written or none.

Example: evergate init --remote-api https://api.example.com`

type Options = { readonly remoteApi?: string; readonly yes?: true; readonly json?: true }

export function addInit(program: Command, io: Io, finish: Finish): void {
  program
    .command('init')
    .description('puts the gateway into the Next.js app of this folder')
    .option('--remote-api <address>', 'base URL of the backend')
    .option('-y, --yes', 'writes without asking')
    .option('--json', 'one JSON document')
    .addHelpText('after', HELP)
    .action(async (options: Options) => finish(await init(io, options)))
}

async function init(io: Io, { remoteApi, yes, json }: Options): Promise<Report> {
  // There are no questions where one JSON document is awaited.
  const ask = yes || json ? null : io.ask
  const app = readApp(io.cwd)
  const gatewaySecret = randomBytes(32).toString('base64url')
  const changes = planInit(app, { gatewaySecret, remoteApi: await chooseBackend(app, remoteApi, ask) })
  const diffs = changes.map(diffOf)
  const summary = { changes: changes.map(({ path }, index) => ({ path, diff: diffs[index] })) }
  if (changes.length === 0)
    return {
      exitCode: 0,
      text: 'The gateway is in this app already: there is nothing to do.\n',
      json: { ...summary, written: false },
    }
  const shown = diffs.map((diff) => `${colored(diff, io.colors)}\n`).join('')
  if (!yes) {
    if (!json) io.print(shown)
    const answer = ask
      ? await ask(`Write ${changes.length === 1 ? 'this file' : `these ${changes.length} files`}? [y/N] `)
      : ''
    if (!/^y(es)?$/i.test(answer.trim()))
      return {
        exitCode: 1,
        text: '',
        errors: 'Nothing was written. With --yes it is, without a question.\n',
        json: { ...summary, written: false },
      }
  }
  write(io.cwd, changes)
  const steps = nextSteps(app)
  const text = `${yes ? shown : ''}Written. Next:\n${steps.map((step) => `  ${step}\n`).join('')}`
  return { exitCode: 0, text, json: { ...summary, written: true, next: steps } }
}

function write(root: string, changes: readonly FileChange[]): void {
  try {
    writeAll(root, changes)
  } catch (error) {
    if (error instanceof Problem) throw error
    throw new Problem(`Nothing was written: ${(error as Error).message}`)
  }
}

/** Undefined: what is there already, or the default. */
async function chooseBackend(
  { envFile }: App,
  given: string | undefined,
  ask: Io['ask'],
): Promise<string | undefined> {
  const isSet = parseEnv(envFile ?? '').REMOTE_API
  const asked =
    !isSet && ask && given === undefined ? await ask(`Base URL of your backend [${DEFAULT_REMOTE_API}] `) : ''
  const chosen = given ?? (asked.trim() || undefined)
  if (chosen === undefined) return undefined
  const [problem] = environmentProblems({ REMOTE_API: chosen }, false)
  if (problem) throw new Problem(`${problem}.`, 2)
  return chosen
}
