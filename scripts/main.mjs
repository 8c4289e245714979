// `node scripts/main.mjs NAME` runs `commands/NAME.mjs`. This file must parse on Node 12, so that an old Node gets a sentence
// and no SyntaxError: it imports nothing newer before it knows the version.
import { Problem } from './lib/problem.mjs'

/** @typedef {{ default: (args: string[]) => unknown }} CommandModule */

/** @param {string} version such as `20.9.0` */
export function isSupportedNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 20 || (major === 20 && minor >= 9)
}

/** @param {unknown} error */
function report(error) {
  console.error(error instanceof Problem ? error.message : error)
  process.exitCode = 1
}

/**
 * Runs a command's default export with the arguments of the process; a `Problem` ends it with its sentence.
 *
 * @param {string[]} args the command's name and its arguments
 * @param {(name: string) => Promise<CommandModule>} [load]
 */
export function runCommand([name = '', ...args], load = (name) => import(`./commands/${name}.mjs`)) {
  if (!isSupportedNode(process.versions.node)) {
    report(new Problem(`Evergate needs Node.js 20.9 or newer; this is ${process.versions.node}.`))
    return
  }
  load(name)
    .then((command) => command.default(args))
    .catch(report)
}

const [, program = '', ...args] = process.argv
if (program.endsWith('main.mjs')) runCommand(args)
