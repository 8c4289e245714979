// `node scripts/main.mjs NAME` runs a command of `commands.mjs`. This file must parse on Node 12, so that an old Node gets a sentence
// and no SyntaxError: it imports nothing newer before it knows the version.
import { Problem } from './lib/problem.mjs'

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
 * Runs a command with its arguments; a `Problem` ends it with its sentence.
 * @param {string[]} args the command's name and its arguments
 * @param {() => Promise<{ commands: Record<string, (args: string[]) => unknown> }>} [load]
 */
export function runCommand([name = '', ...args], load = () => import('./commands.mjs')) {
  if (!isSupportedNode(process.versions.node)) {
    report(new Problem(`Evergate needs Node.js 20.9 or newer; this is ${process.versions.node}.`))
    return
  }
  load()
    .then(({ commands }) => {
      const command = commands[name]
      if (!command) throw new Problem(`There is no command named "${name}".`)
      return command(args)
    })
    .catch(report)
}

const [, program = '', ...args] = process.argv
if (program.endsWith('main.mjs')) runCommand(args)
