import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { node, pinnedEnv, root } from './paths.mjs'

/**
 * @typedef {object} Finished
 * @property {number} code exit code; 128 and more when a signal ended it
 * @property {string} output standard output and error as they came; empty when they were shown
 * @property {string} stdout
 */

/**
 * @typedef {object} RunOptions
 * @property {Record<string, string | undefined>} [env]
 * @property {string} [cwd] default: the root
 * @property {boolean} [show] the output goes to the screen and is not collected
 * @property {number} [timeout] milliseconds, after which the program is ended
 */

/**
 * Runs a program to its end. Never rejects: a program that cannot be started counts as failed.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<Finished>}
 */
export function run(program, args, { env = process.env, cwd = root, show = false, timeout } = {}) {
  return new Promise((resolve) => {
    const out = show ? 'inherit' : 'pipe'
    const child = spawn(program, args, {
      cwd,
      env: /** @type {NodeJS.ProcessEnv} */ (env),
      timeout,
      stdio: ['ignore', out, out],
    })
    const stopChild = forwardSignals(child)
    let output = ''
    let stdout = ''
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      output += text
      stdout += text
    })
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      output += text
    })
    child.on('error', (error) => {
      stopChild()
      resolve({ code: 127, output: `${program}: ${error.message}\n`, stdout: '' })
    })
    child.on('close', (code, signal) => {
      stopChild()
      resolve({ code: code ?? exitCodeOf(signal), output, stdout })
    })
  })
}

/** As a shell would put it. @param {NodeJS.Signals | null} signal */
export function exitCodeOf(signal) {
  return 128 + (signal ? constants.signals[signal] : 0)
}

/**
 * Runs a JavaScript or TypeScript file on the pinned Node.
 *
 * @param {string[]} args the file and its arguments
 * @param {RunOptions} [options]
 */
export function runNode(args, { env, ...options } = {}) {
  return run(node, args, { env: { ...pinnedEnv(), ...env }, ...options })
}

/**
 * A signal to this process ends the child, and this process after it.
 *
 * @param {import('node:child_process').ChildProcess} child
 */
function forwardSignals(child) {
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => {
    child.kill(signal)
    child.once('close', () => process.exit(signal === 'SIGINT' ? 130 : 143))
  }
  process.once('SIGINT', forward).once('SIGTERM', forward)
  return () => process.off('SIGINT', forward).off('SIGTERM', forward)
}
