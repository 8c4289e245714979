import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { node, pinnedEnv, root } from './paths.mjs'
import { Problem } from './problem.mjs'
import { exitCodeOf } from './run.mjs'
import { say, step } from './steps.mjs'

/** @typedef {import('./parts.mjs').Part} Part */

const followParent = new URL('./follow-parent.mjs', import.meta.url).href
const parentAtStart = process.ppid

/**
 * Starts a part on the pinned Node, in a process group of its own, with this process's output. `ended` is its exit code, 128
 * and more when a signal ended it; `stop` asks it to end, waits, and kills it when patience is over. @param {Part} part
 */
function startPart(part) {
  const child = spawn(node, ['--import', followParent, ...part.args], {
    cwd: root,
    env: { ...pinnedEnv(), ...part.env, EVERGATE_PARENT: String(process.pid) },
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  let hasEnded = false
  /** @type {Promise<number>} */
  const exited = new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? exitCodeOf(signal)))
    child.once('error', (error) => {
      say(part.name, error.message)
      resolve(127)
    })
  })
  const ended = exited.finally(() => {
    hasEnded = true
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
 * Waits until the part answers, with anything but a server error. @param {Part} part
 * @param {AbortSignal} signal gives up without a word
 */
async function answers({ name, ready }, signal) {
  const deadline = performance.now() + 120_000
  let last = 'nothing'
  while (!signal.aborted && performance.now() < deadline) {
    try {
      const patience = AbortSignal.any([signal, AbortSignal.timeout(30_000)])
      const response = await fetch(ready, { redirect: 'manual', signal: patience })
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

/**
 * Resolves on the first Ctrl-C or SIGTERM; further ones change nothing: npm passes on what a process group has
 * had already, and each part is killed when it takes too long. @returns {Promise<void>}
 */
function stopSignal() {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => resolve())
    // A SIGTERM to npm alone ends npm and the shell it put in between, and never comes here.
    if (!process.env.npm_lifecycle_event) return
    setInterval(() => process.ppid !== parentAtStart && resolve(), 200).unref()
  })
}

/** Rejects when a part ends by itself. @param {ReturnType<typeof startPart>} running */
async function endsByItself({ part, ended }) {
  const code = await ended
  // A signal to every process at once reaches the part first: see whether it comes here, too.
  await sleep(300)
  throw new Problem(`The ${part.name} ended by itself with exit code ${code}.`)
}

/**
 * Runs parts until a signal, or until one of them ends; then ends them, the last first. @param {Part[]} parts each may depend
 * on the ones before it @param {() => void} announce called when all of them answer
 */
export async function runTogether(parts, announce) {
  const stopping = stopSignal()
  const over = new AbortController()
  const running = parts.map(startPart)
  const broken = Promise.race(running.map(endsByItself))
  const waits = parts.map((part) =>
    step(part.name, async () => {
      await answers(part, over.signal)
      return over.signal.aborted ? 'not ready' : `answers at ${part.url}`
    }),
  )
  const announced = Promise.all(waits).then(() => over.signal.aborted || announce())
  try {
    await Promise.race([stopping, broken, announced.then(() => Promise.race([stopping, broken]))])
  } finally {
    over.abort()
    for (const { stop } of running.toReversed()) await stop()
  }
}

/** Runs one part until it ends. Its exit code becomes this process's, unless it was asked to end. @param {Part} part */
export async function runAlone(part) {
  const stopping = stopSignal().then(() => 0)
  const running = startPart(part)
  process.exitCode = await Promise.race([running.ended, stopping])
  await running.stop(9000)
  // The channel to a part that has been killed may still be open.
  process.exit()
}
