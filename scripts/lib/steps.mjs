/** @param {number} began as given by `performance.now()` */
export function secondsSince(began) {
  return `${((performance.now() - began) / 1000).toFixed(1)} s`
}

/**
 * @param {string} name
 * @param {string} text
 */
function line(name, text) {
  return `${name.padEnd(14)}${text}`
}

/** @param {string} name @param {string} text */
export function say(name, text) {
  console.log(line(name, text))
}

/**
 * Runs one step and prints one line: its name, what it did and how long it took.
 *
 * @template {string | { did: string }} T what the step did, alone or in a result
 * @param {string} name
 * @param {(progress: (doing: string) => void) => T | Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(name, work) {
  const began = performance.now()
  const progress = progressLine(name, began)
  try {
    const result = await work(progress.show)
    progress.end()
    const did = typeof result === 'string' ? result : result.did
    say(name, `${did.padEnd(60)}  ${secondsSince(began)}`)
    return result
  } finally {
    progress.end()
  }
}

/**
 * Shows a long step's work: a line that counts the seconds on a terminal, a plain line elsewhere.
 *
 * @param {string} name
 * @param {number} began
 */
function progressLine(name, began) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer
  const clear = () => process.stdout.write('\r\x1b[K')
  /** @param {string} doing */
  function show(doing) {
    if (!process.stdout.isTTY) return say(name, `${doing} …`)
    end()
    const draw = () => {
      clear()
      process.stdout.write(line(name, `${doing} … ${secondsSince(began)}`))
    }
    draw()
    timer = setInterval(draw, 1000)
  }
  function end() {
    if (!timer) return
    clearInterval(timer)
    timer = undefined
    clear()
  }
  return { show, end }
}
