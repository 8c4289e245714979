/** @param {number} began as given by `performance.now()` */
export const secondsSince = (began) => `${((performance.now() - began) / 1000).toFixed(1)} s`

/** @param {string} name @param {string} text */
export const say = (name, text) => console.log(`${name.padEnd(14)}${text}`)

/**
 * Runs one step and prints one line: its name, what it did and how long it took. `progress` prints what takes long.
 * @template {string | { did: string }} T what the step did, alone or in a result @param {string} name
 * @param {(progress: (doing: string) => void) => T | Promise<T>} work @returns {Promise<T>}
 */
export async function step(name, work) {
  const began = performance.now()
  const result = await work((doing) => say(name, `${doing} …`))
  const did = typeof result === 'string' ? result : result.did
  say(name, `${did.padEnd(60)}  ${secondsSince(began)}`)
  return result
}
