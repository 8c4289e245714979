import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { workFolder } from './paths.mjs'
import { say } from './steps.mjs'

const file = join(workFolder, 'lock')

/** The error's code, undefined when there is none. @param {() => unknown} work */
function codeOf(work) {
  try {
    work()
    return undefined
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code ?? String(error)
  }
}

/** @param {number} pid */
const isAlive = (pid) => [undefined, 'EPERM'].includes(codeOf(() => process.kill(pid, 0)))

function take() {
  const code = codeOf(() => writeFileSync(file, String(process.pid), { flag: 'wx' }))
  if (code !== undefined && code !== 'EEXIST') throw new Error(`${file} cannot be written: ${code}`)
  return code === undefined
}

function holder() {
  let pid = 0
  codeOf(() => {
    pid = Number(readFileSync(file, 'utf8'))
  })
  return pid
}

/**
 * Only one set-up works at a time: several parts started side by side on a fresh clone would otherwise
 * each make secrets of their own. @template T @param {() => Promise<T>} work @returns {Promise<T>}
 */
export async function withLock(work) {
  mkdirSync(workFolder, { recursive: true })
  for (let waited = 0; !take(); waited++) {
    const pid = holder()
    if (waited === 0 && isAlive(pid)) say('set-up', `waiting for the one that runs already (process ${pid})`)
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
