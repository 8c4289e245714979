import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromRoot, tools, workFolder } from '../../scripts/lib/paths.mjs'
import { Problem } from '../../scripts/lib/problem.mjs'
import { runNode } from '../../scripts/lib/run.mjs'
import { BROWSER_LIMIT, browserBytes } from './browser.mjs'
import { edgeBytes } from './edge.mjs'

/**
 * The empty middleware imports `NextResponse` of `next/server`, as Next's pages have it, and so carries the parser of user agents that comes
 * along: 8 KB. The gateway carries none, unless the app's own middleware brings it. Over a middleware without it, the gateway adds 8 KB more.
 */
const limitKB = 16.7
/** The most bytes that a described backend adds for those who have one, its preset included. */
const describedLimit = 4096
/** The most bytes that device binding adds for those who bind. */
const deviceLimit = 4096
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
  const edge = `edge bundle: ${kilobytes.toFixed(3)} KB gzip over an empty middleware (limit ${limitKB} KB)`
  if (!isQuick) {
    console.log(`apiBackend: ${described} bytes more (limit ${describedLimit})`)
    console.log(`bindDevices: ${device} bytes more (limit ${deviceLimit})`)
  }
  console.log(`${edge}; evergate/react: ${browser} bytes gzip (limit ${BROWSER_LIMIT})`)
  const isTooMuch = described > describedLimit || device > deviceLimit || browser > BROWSER_LIMIT
  if (kilobytes > limitKB || isTooMuch) process.exitCode = 1
}
