import { randomBytes } from 'node:crypto'
import type { Command } from 'commander'
import { environmentProblems } from '../../next/config/environment.ts'
import { DEFAULT_REMOTE_API } from '../../next/default-remote-api.ts'
import { runChecks } from '../doctor/check.ts'
import { layoutChecks } from '../doctor/checks/layout.ts'
import { secretChecks } from '../doctor/checks/secrets.ts'
import { versionChecks } from '../doctor/checks/versions.ts'
import { readProject } from '../doctor/project.ts'
import { parseEnv } from '../env-file.ts'
import type { Finish } from '../finish.ts'
import type { Io } from '../io.ts'
import type { Report } from '../report.ts'
import { Problem } from '../report.ts'
import type { FileChange } from '../write-files.ts'
import { writeAll } from '../write-files.ts'
import { colored, diffOf } from './diff.ts'
import { nextSteps, planInit, usesAuthServer } from './plan.ts'
import type { App } from './read-app.ts'
import { readApp } from './read-app.ts'
import { record, undo } from './undo.ts'
import type { Signer } from './who-signs-in.ts'
import { askForSigner, readSigner, SIGNERS } from './who-signs-in.ts'

const HELP = `
Writes middleware.ts with its matcher, wraps next.config, and puts a secret into .env.local, which git is told to ignore.
Shows a diff and asks; without --yes and without a terminal nothing is written. All of it is written or none. A middleware or next.config
that cannot be changed safely stays, what to write there is said, and the exit code is 1.

Example: evergate init --backend simpleJwt --remote-api https://api.example.com`

type Options = {
  readonly backend?: string
  readonly remoteApi?: string
  readonly undo?: true
  readonly yes?: true
  readonly json?: true
}

export function addInit(program: Command, io: Io, finish: Finish): void {
  program
    .command('init')
    .description('puts the gateway into the Next.js app of this folder')
    .option('--backend <kind>', `who signs people in: ${SIGNERS.join(', ')}`)
    .option('--remote-api <address>', 'base URL of the backend')
    .option('--undo', 'takes back what the last init has written')
    .option('-y, --yes', 'writes without asking')
    .option('--json', 'one JSON document')
    .addHelpText('after', HELP)
    .action(async (options: Options) => finish(options.undo ? undo(io) : await init(io, options)))
}

async function init(io: Io, { backend, remoteApi, yes, json }: Options): Promise<Report> {
  // There are no questions where one JSON document is awaited.
  const ask = yes || json ? null : io.ask
  const app = readApp(io.cwd)
  const secret = () => randomBytes(32).toString('base64url')
  const signer = await chooseSigner(app, backend, ask)
  const { changes, byHand } = planInit(app, {
    secret,
    signer,
    remoteApi: await chooseAddress(app, signer, remoteApi, ask),
  })
  const diffs = changes.map(diffOf)
  const summary = { changes: changes.map(({ path }, index) => ({ path, diff: diffs[index] })), byHand }
  const left = byHand.map((advice) => `\n${advice}`).join('')
  if (changes.length === 0)
    return {
      exitCode: left ? 1 : 0,
      text: left ? '' : 'The gateway is in this app already: there is nothing to do.\n',
      errors: left,
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
        errors: `Nothing was written. With --yes it is, without a question.\n${left}`,
        json: { ...summary, written: false },
      }
  }
  write(io.cwd, changes)
  const isRecorded = record(io.cwd, changes)
  const steps = nextSteps(app, signer)
  const faults = (await faultsIn(io)).filter((fault) => !left || !fault.startsWith('gateway-not-used:'))
  const text = [
    yes ? shown : '',
    isRecorded ? 'Written; `npx evergate init --undo` takes it back. Next:\n' : 'Written. Next:\n',
    ...[...faults, ...steps].map((step) => `  ${step}\n`),
  ].join('')
  return { exitCode: left ? 1 : 0, text, errors: left, json: { ...summary, written: true, next: steps } }
}

/** The doctor's errors about the folder as it is now, a line each. Nothing is asked over the network: nothing runs yet. */
async function faultsIn(io: Io): Promise<string[]> {
  return runChecks([...layoutChecks, ...secretChecks, ...versionChecks], await readProject(io))
    .filter(({ level }) => level === 'error')
    .map(({ check, message, fix }) => `${check}: ${message} ${fix}`)
}

function write(root: string, changes: readonly FileChange[]): void {
  try {
    writeAll(root, changes)
  } catch (error) {
    if (error instanceof Problem) throw error
    throw new Problem(`Nothing was written: ${(error as Error).message}`)
  }
}

/** Undefined: it is described already, or not chosen. */
async function chooseSigner(
  { config, envFile, hasBackend }: App,
  given: string | undefined,
  ask: Io['ask'],
): Promise<Signer | undefined> {
  if (given !== undefined) return readSigner(given)
  const { ETLS_ACCESS, GATEWAY_SECRET, REMOTE_API } = parseEnv(envFile ?? '')
  const isBegun = hasBackend || /\bwithGateway\s*\(/.test(config?.text ?? '')
  if (!ask || isBegun || ETLS_ACCESS || GATEWAY_SECRET || REMOTE_API) return undefined
  return await askForSigner(ask)
}

/** Undefined: the address that is there already, or the default. */
async function chooseAddress(
  { envFile }: App,
  signer: Signer | undefined,
  given: string | undefined,
  ask: Io['ask'],
): Promise<string | undefined> {
  const isSet = parseEnv(envFile ?? '').REMOTE_API || signer?.kind === 'openid' || usesAuthServer(signer)
  const asked =
    !isSet && ask && given === undefined ? await ask(`Base URL of your API [${DEFAULT_REMOTE_API}] `) : ''
  const chosen = given ?? (asked.trim() || undefined)
  if (chosen === undefined) return undefined
  const [problem] = environmentProblems({ REMOTE_API: chosen }, false)
  if (problem) throw new Problem(`${problem}.`, 2)
  return chosen
}
