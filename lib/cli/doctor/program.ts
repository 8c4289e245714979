import type { Command } from 'commander'
import { probeBackend } from '../backend-probe/probe-backend.ts'
import type { Finish } from '../finish.ts'
import type { Colors, Io } from '../io.ts'
import type { Report } from '../report.ts'
import { Problem } from '../report.ts'
import type { Diagnosis } from './diagnose.ts'
import { diagnose } from './diagnose.ts'
import type { Credentials } from './sign-in.ts'

const HELP = `
Reads the folder, its .env files and its .next, runs middleware and next.config to learn their options, and asks the backend. Exit code 1 when something was found.
With --email it signs in, renews once and signs out; the password comes from EVERGATE_PASSWORD or standard input.
With --probe it does so by the calls of the described backend, or by --sign-in and --refresh of an unknown one, whose description it
then proposes. Credentials come from EVERGATE_CREDENTIALS (JSON), EVERGATE_EMAIL and EVERGATE_PASSWORD, or are asked for.

Example: evergate doctor --url http://localhost:3000`

type DoctorOptions = {
  readonly url?: string
  readonly email?: string
  readonly probe?: boolean
  readonly signIn?: string
  readonly refresh?: string
}

export function addDoctor(program: Command, io: Io, finish: Finish): void {
  program
    .command('doctor')
    .description('finds what is wrong with the gateway, its secrets, build, backend and answers')
    .option('--url <address>', 'the running app, to check its answers, too')
    .option('--email <address>', 'somebody who may sign in, to check a session, too')
    .option('--probe', 'sign in to the backend, renew, and say what was found where')
    .option(
      '--sign-in <path>',
      'with --probe: the path to sign in at, of a backend that is not described yet',
    )
    .option('--refresh <path>', 'with --probe: the path to renew at')
    .option('--json', 'one JSON document')
    .addHelpText('after', HELP)
    .action(async ({ url, email, probe, signIn, refresh }: DoctorOptions) => {
      if (probe) return finish(await probeBackend(io, { signIn, refresh }))
      if (url !== undefined && !/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : ''))
        throw new Problem('--url takes an address such as http://localhost:3000.', 2)
      const credentials = email === undefined ? undefined : { email, password: await readPassword(io) }
      finish(reportOf(await diagnose(io, { url, credentials }), io.colors))
    })
}

async function readPassword({ env, readInput, ask }: Io): Promise<Credentials['password']> {
  const password =
    env.EVERGATE_PASSWORD ||
    (await readInput?.())?.replace(/\r?\n$/, '') ||
    (await ask?.('Password: ', { secret: true }))
  if (password) return password
  throw new Problem('Give the password in EVERGATE_PASSWORD or on standard input.', 2)
}

function reportOf(diagnosis: Diagnosis, colors: Colors): Report {
  const { findings, checked, notChecked } = diagnosis
  const count = findings.length
  const lines = [
    ...findings.map(
      ({ check, level, message, fix }) =>
        `${level === 'error' ? colors.red('error') : colors.yellow('warning')} ${colors.bold(check)}: ${message}\n  ${fix}\n`,
    ),
    ...notChecked.map(({ what, why }) => colors.dim(`not checked: ${what} (${why})\n`)),
    count === 0
      ? colors.green(`${checked} checks, nothing found.\n`)
      : `${checked} checks, ${count} ${count === 1 ? 'finding' : 'findings'}.\n`,
  ]
  return { exitCode: count === 0 ? 0 : 1, text: lines.join(''), json: diagnosis }
}
