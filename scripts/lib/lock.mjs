import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { workFolder } from './paths.mjs'
import { say } from './steps.mjs'

const file = join(workFolder, 'lock')

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}

function take() {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error
    return false
  }
}

function holder() {
  try {
    return Number(readFileSync(file, 'utf8'))
  } catch {
    return 0
  }
}

/**
 * Only one set-up works at a time: several parts started side by side on a fresh clone would otherwise
 * each make secrets of their own.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(work) {
  mkdirSync(workFolder, { recursive: true })
  let waited = 0
  while (!take()) {
    const pid = holder()
    if (waited++ === 0 && isAlive(pid))
      say('set-up', `waiting for the one that runs already (process ${pid})`)
    // An empty file is one whose owner is about to write its number: leave it a moment.
    if (!isAlive(pid) && (pid > 0 || waited > 20)) rmSync(file, { force: true })
    else await sleep(100)
  }
  const release = () => rmSync(file, { force: true })
  process.once('exit', release)
  try {
    return await work()
  } finally {
    process.off('exit', release)
    release()
  }
}
