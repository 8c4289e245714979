import { createServer } from 'node:net'
import { setting } from './env-file.mjs'
import { Problem } from './problem.mjs'

/** @typedef {{ name: string, port: number }} Port */

/** @param {string} name the variable @param {number} fallback @returns {Port} */
function portFrom(name, fallback) {
  const text = setting(name) ?? String(fallback)
  const port = Number(text)
  if (/^\d+$/.test(text) && port > 0 && port < 65536) return { name, port }
  throw new Problem(`${name} must be a port number between 1 and 65535, and is "${text}".`)
}

export const appPort = () => portFrom('PORT', 3000)
export const authPort = () => portFrom('AUTH_PORT', 3001)

/**
 * @param {number} port @param {string} [host] every address of the machine, unless given
 * @returns {Promise<string | undefined>} the error's code when nobody can listen there
 */
function listenError(port, host) {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (/** @type {NodeJS.ErrnoException} */ error) => resolve(error.code ?? error.message))
    server.listen({ port, host }, () => server.close(() => resolve(undefined)))
  })
}

/** @param {...Port} ports */
export async function assertFree(...ports) {
  const [first, second] = ports
  if (first && second && first.port === second.port)
    throw new Problem(`${first.name} and ${second.name} must differ, and are both ${first.port}.`)
  for (const { name, port } of ports) {
    // Where a server for all addresses and one for this address may share a port, only both tries find them.
    const code = (await listenError(port, '127.0.0.1')) ?? (await listenError(port))
    const another = `choose another port with ${name}`
    if (code === 'EADDRINUSE')
      throw new Problem(`Port ${port} is in use: end what listens there, or ${another}=${port + 10}.`)
    if (code) throw new Problem(`Port ${port} cannot be used (${code}): ${another}.`)
  }
}
