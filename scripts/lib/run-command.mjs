// This file and the entries beside it must parse on Node 12, so that an old Node gets a sentence and not a
// SyntaxError: nothing newer is imported before the version is known.
import { Problem } from './problem.mjs'

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
 * @param {() => Promise<CommandModule>} load
 */
export function runCommand(load) {
  if (!isSupportedNode(process.versions.node)) {
    report(new Problem(`Evergate needs Node.js 20.9 or newer; this is ${process.versions.node}.`))
    return
  }
  load()
    .then((command) => command.default(process.argv.slice(2)))
    .catch(report)
}
