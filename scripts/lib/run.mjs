import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { node, pinnedEnv, root } from './paths.mjs'

/**
 * @typedef {{ code: number, output: string, stdout: string }} Finished `code`: 128 and more when a signal ended it; `output`:
 *   standard output and error as they came, empty when they were shown
 * @typedef {{ env?: Record<string, string | undefined>, cwd?: string, show?: boolean, timeout?: number }} RunOptions `cwd`: the
 *   root unless given; `show`: the output goes to the screen and is not collected; `timeout`: milliseconds
 */

/**
 * Runs a program to its end. Never rejects: a program that cannot be started counts as failed.
 * @param {string} program @param {string[]} args @param {RunOptions} [options] @returns {Promise<Finished>}
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
    /** A signal to this process ends the child, and this process after it. @param {NodeJS.Signals} signal */
    const forward = (signal) => {
      child.kill(signal)
      child.once('close', () => process.exit(signal === 'SIGINT' ? 130 : 143))
    }
    process.once('SIGINT', forward).once('SIGTERM', forward)
    /** @param {Finished} finished */
    const end = (finished) => {
      process.off('SIGINT', forward).off('SIGTERM', forward)
      resolve(finished)
    }
    let [output, stdout] = ['', '']
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      output += text
      stdout += text
    })
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      output += text
    })
    child.on('error', ({ message }) => end({ code: 127, output: `${program}: ${message}\n`, stdout: '' }))
    child.on('close', (code, signal) => end({ code: code ?? exitCodeOf(signal), output, stdout }))
  })
}

/** As a shell would put it. @param {NodeJS.Signals | null} signal */
export const exitCodeOf = (signal) => 128 + (signal ? constants.signals[signal] : 0)

/** Runs a JavaScript or TypeScript file on the pinned Node. @param {string[]} args the file and its arguments @param {RunOptions} [options] */
export const runNode = (args, { env, ...options } = {}) =>
  run(node, args, { env: { ...pinnedEnv(), ...env }, ...options })
