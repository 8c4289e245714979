import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromRoot, tools, workFolder } from '../../scripts/lib/paths.mjs'
import { Problem } from '../../scripts/lib/problem.mjs'
import { runNode } from '../../scripts/lib/run.mjs'
import { browserBytes } from './browser.mjs'
import { edgeBytes } from './edge.mjs'
import { BROWSER_LIMIT, DESCRIBED_LIMIT, DEVICE_LIMIT, EDGE_LIMIT_KB } from './limits.mjs'

/** @param {string} name */
const fixture = (name) => fromRoot('scripts', 'fixtures', name)

/** @param {string} app @returns {Promise<number>} */
async function builtBytes(app) {
  const { code, output } = await runNode([tools.next, 'build', app])
  if (code !== 0) throw new Problem(`${app} could not be built:\n${output.trim()}`)
  return edgeBytes(join(app, '.next'))
}

/** Built once for each version of Next. */
async function emptyBytes() {
  const { version } = JSON.parse(readFileSync(fromRoot('node_modules', 'next', 'package.json'), 'utf8'))
  const cache = join(workFolder, `empty-app-${version}`)
  if (existsSync(cache)) return Number(readFileSync(cache, 'utf8'))
  const bytes = await builtBytes(fixture('empty-app'))
  mkdirSync(workFolder, { recursive: true })
  writeFileSync(cache, String(bytes))
  return bytes
}

/**
 * How much the gateway adds to what any middleware weighs, and the client to what a browser loads; what an app's own code
 * does is the app's.
 *
 * @param {string[]} args `--quick`: without the parts that an app may leave out, which take a build each
 */
export default async function size(args) {
  const isQuick = args.includes('--quick')
  const empty = await emptyBytes()
  const plain = await builtBytes(fixture('gateway-app'))
  const described = isQuick ? 0 : (await builtBytes(fixture('described-app'))) - plain
  const device = isQuick ? 0 : (await builtBytes(fixture('device-app'))) - plain
  const kilobytes = (plain - empty) / 1000
  const browser = await browserBytes('react')
  const edge = `edge bundle: ${kilobytes.toFixed(3)} KB gzip over an empty middleware (limit ${EDGE_LIMIT_KB} KB)`
  if (!isQuick) {
    console.log(`apiBackend: ${described} bytes more (limit ${DESCRIBED_LIMIT})`)
    console.log(`bindDevices: ${device} bytes more (limit ${DEVICE_LIMIT})`)
  }
  console.log(`${edge}; evergate/react: ${browser} bytes gzip (limit ${BROWSER_LIMIT})`)
  const isTooMuch = described > DESCRIBED_LIMIT || device > DEVICE_LIMIT || browser > BROWSER_LIMIT
  if (kilobytes > EDGE_LIMIT_KB || isTooMuch) process.exitCode = 1
}
