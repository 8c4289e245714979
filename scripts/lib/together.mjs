import { setTimeout as sleep } from 'node:timers/promises'
import { answers, startPart } from './part-process.mjs'
import { Problem } from './problem.mjs'
import { step } from './steps.mjs'

/** @typedef {import('./parts.mjs').Part} Part */

const parentAtStart = process.ppid

/**
 * Resolves on the first Ctrl-C or SIGTERM; further ones change nothing: npm passes on what a process group has
 * had already, and each part is killed when it takes too long.
 *
 * @returns {Promise<void>}
 */
function stopSignal() {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => resolve())
    // A SIGTERM to npm alone ends npm and the shell it put in between, and never comes here.
    if (!process.env.npm_lifecycle_event) return
    setInterval(() => process.ppid !== parentAtStart && resolve(), 200).unref()
  })
}

/**
 * Rejects when a part ends by itself.
 *
 * @param {import('./part-process.mjs').RunningPart} running
 */
async function endsByItself({ part, ended }) {
  const code = await ended
  // A signal to every process at once reaches the part first: see whether it comes here, too.
  await sleep(300)
  throw new Problem(`The ${part.name} ended by itself with exit code ${code}.`)
}

/**
 * Runs parts until a signal, or until one of them ends; then ends them, the last first.
 *
 * @param {Part[]} parts each may depend on the ones before it
 * @param {() => void} announce called when all of them answer
 */
export async function runTogether(parts, announce) {
  const stopping = stopSignal()
  const over = new AbortController()
  const running = parts.map(startPart)
  const broken = Promise.race(running.map(endsByItself))
  const upAndRunning = allAnswer(parts, over.signal, announce)
  try {
    await Promise.race([stopping, broken, upAndRunning.then(() => Promise.race([stopping, broken]))])
  } finally {
    over.abort()
    for (const { stop } of running.toReversed()) await stop()
  }
}

/**
 * @param {Part[]} parts
 * @param {AbortSignal} signal
 * @param {() => void} announce
 */
async function allAnswer(parts, signal, announce) {
  const waits = parts.map((part) =>
    step(part.name, async () => {
      await answers(part, signal)
      return signal.aborted ? 'not ready' : `answers at ${part.url}`
    }),
  )
  await Promise.all(waits)
  if (!signal.aborted) announce()
}

/**
 * Runs one part until it ends. Its exit code becomes this process's, unless it was asked to end.
 *
 * @param {Part} part
 */
export async function runAlone(part) {
  const stopping = stopSignal().then(() => 0)
  const running = startPart(part)
  const code = await Promise.race([running.ended, stopping])
  await running.stop(9000)
  process.exitCode = code
  // The channel to a part that has been killed may still be open.
  process.exit()
}
