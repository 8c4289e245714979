import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { node, pinnedEnv, root } from './paths.mjs'
import { Problem } from './problem.mjs'
import { exitCodeOf } from './run.mjs'
import { say } from './steps.mjs'

const followParent = new URL('./follow-parent.mjs', import.meta.url).href

/**
 * @typedef {object} RunningPart
 * @property {import('./parts.mjs').Part} part
 * @property {Promise<number>} ended its exit code; 128 and more when a signal ended it
 * @property {(patience?: number) => Promise<void>} stop asks it to end, waits, and kills it when patience is over
 */

/**
 * Starts a part on the pinned Node, in a process group of its own, with this process's output.
 *
 * @param {import('./parts.mjs').Part} part
 * @returns {RunningPart}
 */
export function startPart(part) {
  const child = spawn(node, ['--import', followParent, ...part.args], {
    cwd: root,
    env: { ...pinnedEnv(), ...part.env, EVERGATE_PARENT: String(process.pid) },
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  let hasEnded = false
  /** @type {Promise<number>} */
  const ended = new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      hasEnded = true
      resolve(code ?? exitCodeOf(signal))
    })
    child.once('error', (error) => {
      say(part.name, error.message)
      hasEnded = true
      resolve(127)
    })
  })

  async function stop(patience = part.patience) {
    if (hasEnded) return
    child.kill('SIGTERM')
    const waited = new AbortController()
    const timeIsUp = sleep(patience, true, { signal: waited.signal }).catch(() => false)
    const isLate = await Promise.race([ended.then(() => false), timeIsUp])
    waited.abort()
    if (!isLate || !child.pid) return
    say(part.name, `did not end in ${patience / 1000} s, killed`)
    process.kill(-child.pid, 'SIGKILL')
    await ended
  }

  return { part, ended, stop }
}

/**
 * Waits until the part answers, with anything but a server error.
 *
 * @param {import('./parts.mjs').Part} part
 * @param {AbortSignal} signal gives up without a word
 */
export async function answers({ name, ready }, signal) {
  const deadline = performance.now() + 120_000
  let last = 'nothing'
  while (!signal.aborted && performance.now() < deadline) {
    try {
      const response = await fetch(ready, {
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]),
      })
      await response.body?.cancel()
      if (response.status < 500) return
      last = `status ${response.status}`
    } catch {
      // Not listening yet.
    }
    await sleep(100)
  }
  if (!signal.aborted) throw new Problem(`The ${name} does not get ready: ${ready} answers ${last}.`)
}
