import { createHash } from 'node:crypto'
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromRoot, tools } from './paths.mjs'
import { Problem } from './problem.mjs'
import { runNode } from './run.mjs'

const inputs = [
  ...['app', 'lib', 'public', 'middleware.ts', 'instrumentation.ts', 'next.config.mjs', 'postcss.config.mjs'],
  ...['tsconfig.json', 'package.json', 'package-lock.json'],
  ...['.env', '.env.local', '.env.production', '.env.production.local'],
]
/** The output of `output: 'standalone'`: the server with all it needs, but for files that are served as they are. */
const standalone = fromRoot('.next', 'standalone')
const stampName = 'evergate-build.json'

/** @param {string} path from the root @returns {string[]} */
function filesUnder(path) {
  if (!existsSync(fromRoot(path))) return []
  if (statSync(fromRoot(path)).isFile()) return /\.test\.tsx?$/.test(path) ? [] : [path]
  const names = readdirSync(fromRoot(path)).filter((name) => name !== 'node_modules')
  return names.sort().flatMap((name) => filesUnder(join(path, name)))
}

/**
 * Everything that a build is made of: files, and the variables that Next writes into it.
 * @param {...string} more files or folders that another kind of build is made of
 */
export function inputsHash(...more) {
  const hash = createHash('sha256')
  for (const file of [...inputs, ...more].flatMap(filesUnder))
    for (const bytes of [`${file}\0`, readFileSync(fromRoot(file)), '\0']) hash.update(bytes)
  const inlined = Object.entries(process.env).filter(
    ([name]) => name.startsWith('NEXT_PUBLIC_') || name === 'EVERGATE_BASE_PATH',
  )
  return hash.update(JSON.stringify(inlined.sort())).digest('hex')
}

/** @param {string} [folder] @returns {string | undefined} the id of the build that is there */
export function buildId(folder = '.next') {
  const file = fromRoot(folder, 'BUILD_ID')
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

/** @param {string} hash @param {string} folder */
function isUpToDate(hash, folder) {
  const stampFile = fromRoot(folder, stampName)
  // A build made since then by another command carries another id.
  const stamp = JSON.stringify({ buildId: buildId(folder), inputs: hash })
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp
}

/**
 * Makes the production build, unless what is there was made of the same inputs.
 * @param {(doing: string) => void} progress @param {Record<string, string>} [env]
 * @param {string} [folder] where `env` lets the build go
 */
export async function build(progress, env = {}, folder = '.next') {
  const hash = inputsHash()
  if (isUpToDate(hash, folder)) return 'unchanged'
  progress('next build')
  const { code, output } = await runNode([tools.next, 'build'], { env })
  if (code !== 0) throw new Problem(`The build failed:\n${output.trim()}`)
  writeFileSync(fromRoot(folder, stampName), JSON.stringify({ buildId: buildId(folder), inputs: hash }))
  return 'built for production'
}

/**
 * Makes the same build, which `npm start` can run as well, and beside it the folder `.next/standalone`, to be copied to
 * where it is to run: `node server.js`. @param {(doing: string) => void} progress
 */
export async function buildStandalone(progress) {
  // A build that is up to date may be one without this folder.
  if (!existsSync(join(standalone, 'server.js'))) rmSync(fromRoot('.next', stampName), { force: true })
  const did = await build(progress, { EVERGATE_OUTPUT: 'standalone' })
  cpSync(fromRoot('.next', 'static'), join(standalone, '.next', 'static'), { recursive: true })
  if (existsSync(fromRoot('public')))
    cpSync(fromRoot('public'), join(standalone, 'public'), { recursive: true })
  // Next copies them, secrets and all, to where they would be forgotten.
  for (const name of readdirSync(standalone).filter((file) => file.startsWith('.env')))
    rmSync(join(standalone, name))
  return did
}
