import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromRoot, tools, workFolder } from '../../scripts/lib/paths.mjs'
import { Problem } from '../../scripts/lib/problem.mjs'
import { runNode } from '../../scripts/lib/run.mjs'
import { browserBytes } from './browser.mjs'
import { edgeBytes, edgeFiles } from './edge.mjs'
import { featureBytes } from './features.mjs'
import { offThePage, partsOf, readMeasures, writeMeasures } from './measures.mjs'

/** @param {string} name */
const fixture = (name) => fromRoot('scripts', 'fixtures', name)

/** @param {string} app @returns {Promise<number>} */
async function builtBytes(app) {
  const { code, output } = await runNode([tools.next, 'build', app])
  if (code !== 0) throw new Problem(`${app} could not be built:\n${output.trim()}`)
  return edgeBytes(join(app, '.next'))
}

/** A word of proofs, for which a gateway has no use that binds no session. */
const OF_DEVICES = 'dbsc+jwt'

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
 * does is the app's. Fails beyond a limit, and where the page of sizes is off.
 *
 * @param {string[]} args `--quick`: without the parts that an app may leave out, which take a build each. `--write`: writes
 *   the page's measures anew
 */
export default async function size(args) {
  const isQuick = args.includes('--quick')
  const measured = await measure(isQuick)
  if (args.includes('--write')) await write(measured)
  const off = args.includes('--write') ? [] : offThePage(measured, readMeasures())
  const lines = partsOf(measured).map(({ name, bytes, limit }) => {
    if (bytes > limit) process.exitCode = 1
    return `${name}: ${bytes} (limit ${limit})`
  })
  if (off.length > 0) process.exitCode = 1
  const count = Object.keys(measured.features ?? {}).length
  const last = `bytes after gzip: ${lines.slice(count).join('; ')}`
  console.log([...off, 'in the gateway, bytes after gzip:', ...lines.slice(0, count), last].join('\n'))
}

/** @param {boolean} isQuick @returns {Promise<import('./measures.mjs').Measures>} */
async function measure(isQuick) {
  const empty = await emptyBytes()
  const plain = await builtBytes(fixture('gateway-app'))
  if (edgeFiles(join(fixture('gateway-app'), '.next')).some((file) => file.includes(OF_DEVICES)))
    throw new Problem('An app that binds no session to its device carries the code that does.')
  const quick = {
    gateway: plain - empty,
    react: await browserBytes('react'),
    client: await browserBytes('client'),
    features: await featureBytes(),
  }
  if (isQuick) return quick
  const apiBackend = (await builtBytes(fixture('described-app'))) - plain
  return { ...quick, apiBackend, bindDevices: (await builtBytes(fixture('device-app'))) - plain }
}

/** @param {import('./measures.mjs').Measures} measured */
async function write(measured) {
  writeMeasures(measured)
  const { SIZES_PAGE, sizesPage } = await import('./page.ts')
  writeFileSync(fromRoot(SIZES_PAGE), sizesPage())
}
