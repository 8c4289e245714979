import { Command, CommanderError } from 'commander'
import { GatewayError } from '../gateway/errors.ts'
import { addDoctor } from './doctor/program.ts'
import type { Finish } from './finish.ts'
import { addInit } from './init/program.ts'
import type { Io } from './io.ts'
import { addKeys } from './keys/program.ts'
import type { ExitCode } from './report.ts'
import { Problem } from './report.ts'
import { addSession } from './session/program.ts'

const EXIT_CODES = `
Exit codes: 0 fine or done, 1 something was found or refused, 2 used wrongly.
Every command takes --json: one JSON document on standard output, and nothing else there.`

/** Runs the command line. `args` without the program's name. */
export async function run(args: readonly string[], io: Io): Promise<ExitCode> {
  const asJson = args.includes('--json')
  let exitCode: ExitCode = 0
  const finish: Finish = (report) => {
    exitCode = report.exitCode
    io.print(asJson ? `${JSON.stringify(report.json, null, 2)}\n` : report.text)
    if (!asJson && report.errors) io.printError(report.errors)
  }
  try {
    await createProgram(io, finish).parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    // Commander has printed its own.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (!(error instanceof Problem || error instanceof GatewayError)) throw error
    if (asJson) io.print(`${JSON.stringify({ error: error.message }, null, 2)}\n`)
    else io.printError(`${error.message}\n`)
    return error instanceof Problem ? error.exitCode : 1
  }
}

function createProgram(io: Io, finish: Finish): Command {
  const program = new Command('evergate')
    .description('Sets up, checks and looks after the session gateway of a Next.js app.')
    .addHelpText('after', EXIT_CODES)
    .exitOverride()
    .configureOutput({ writeOut: io.print, writeErr: io.printError })
    .showHelpAfterError()
  addInit(program, io, finish)
  addDoctor(program, io, finish)
  addKeys(program, io, finish)
  addSession(program, io, finish)
  return program
}
