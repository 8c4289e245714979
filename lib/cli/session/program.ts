import type { Command } from 'commander'
import type { Finish } from '../finish.ts'
import type { Io } from '../io.ts'
import { Problem } from '../report.ts'
import { inspectSession } from './command.ts'

const HELP = `
It is read from standard input, never from an argument: other users and shell histories see those.
Exit code 0 when the gateway of this folder would take it, else 1. Neither the token nor its signature is printed.

Example: evergate session inspect --cookie-header < cookie.txt`

export function addSession(program: Command, io: Io, finish: Finish): void {
  program
    .command('session')
    .description('looks into a session')
    .command('inspect')
    .description('says what a token says, how long it lives, and why it is refused')
    .option('--cookie-header', 'the input is a whole Cookie header')
    .option('--json', 'one JSON document')
    .addHelpText('after', HELP)
    // A value that was given by mistake must not come back in a message.
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async ({ cookieHeader }: { cookieHeader?: true }, command: Command) => {
      if (command.args.length > 0)
        throw new Problem(
          'A token is not taken as an argument, where other users of this machine and the shell history see it: give it on standard input.',
          2,
        )
      finish(await inspectSession(io, cookieHeader ? 'cookie-header' : 'token'))
    })
}
