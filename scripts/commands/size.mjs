import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from '../lib/build.mjs'
import { fromRoot, tools, workFolder } from '../lib/paths.mjs'
import { Problem } from '../lib/problem.mjs'
import { runNode } from '../lib/run.mjs'

const limitKB = 16
const emptyApp = fromRoot('scripts', 'fixtures', 'empty-app')

/** @typedef {{ middleware: Record<string, { files: string[] }> }} Manifest */

/** @param {string} nextFolder @returns {number} bytes of the edge bundle, each file compressed with gzip -9 */
function edgeBytes(nextFolder) {
  const manifest = join(nextFolder, 'server', 'middleware-manifest.json')
  /** @type {Manifest} */
  const { middleware } = JSON.parse(readFileSync(manifest, 'utf8'))
  const files = new Set(Object.values(middleware).flatMap((entry) => entry.files))
  if (files.size === 0) throw new Problem(`The build has no edge middleware: ${manifest} names none.`)
  return [...files].reduce(
    (sum, file) => sum + gzipSync(readFileSync(join(nextFolder, file)), { level: 9 }).length,
    0,
  )
}

/** Built once for each version of Next. */
async function emptyBytes() {
  const { version } = JSON.parse(readFileSync(fromRoot('node_modules', 'next', 'package.json'), 'utf8'))
  const cache = join(workFolder, `empty-middleware-${version}`)
  if (existsSync(cache)) return Number(readFileSync(cache, 'utf8'))
  const { code, output } = await runNode([tools.next, 'build', emptyApp])
  if (code !== 0) throw new Problem(`The empty app could not be built:\n${output.trim()}`)
  const bytes = edgeBytes(join(emptyApp, '.next'))
  mkdirSync(workFolder, { recursive: true })
  writeFileSync(cache, String(bytes))
  return bytes
}

/** How much the gateway adds to what any middleware weighs. */
export default async function size() {
  await build((doing) => console.log(`${doing} …`))
  const kilobytes = (edgeBytes(fromRoot('.next')) - (await emptyBytes())) / 1000
  console.log(`edge bundle: ${kilobytes.toFixed(1)} KB gzip over an empty middleware (limit ${limitKB} KB)`)
  if (kilobytes > limitKB) process.exitCode = 1
}
