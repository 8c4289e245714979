import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromRoot, tools } from './paths.mjs'
import { Problem } from './problem.mjs'
import { runNode } from './run.mjs'

const inputs = [
  'app',
  'lib',
  'public',
  'middleware.ts',
  'next.config.mjs',
  'postcss.config.mjs',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
  '.env',
  '.env.local',
  '.env.production',
  '.env.production.local',
]
const stampFile = fromRoot('.next', 'evergate-build.json')

/** @param {string} path from the root @returns {string[]} */
function filesUnder(path) {
  if (!existsSync(fromRoot(path))) return []
  if (statSync(fromRoot(path)).isFile()) return /\.test\.tsx?$/.test(path) ? [] : [path]
  const names = readdirSync(fromRoot(path)).filter((name) => name !== 'node_modules')
  return names.sort().flatMap((name) => filesUnder(join(path, name)))
}

/**
 * Everything that a build is made of: files, and the variables that Next writes into it.
 *
 * @param {...string} more files or folders that another kind of build is made of
 */
export function inputsHash(...more) {
  const hash = createHash('sha256')
  for (const file of [...inputs, ...more].flatMap(filesUnder)) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(fromRoot(file)))
      .update('\0')
  }
  const inlined = Object.entries(process.env).filter(([name]) => name.startsWith('NEXT_PUBLIC_'))
  return hash.update(JSON.stringify(inlined.sort())).digest('hex')
}

/** @returns {string | undefined} the id of the build that is there */
export function buildId() {
  const file = fromRoot('.next', 'BUILD_ID')
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

/** @param {string} hash */
function isUpToDate(hash) {
  if (!buildId() || !existsSync(stampFile)) return false
  const stamp = JSON.parse(readFileSync(stampFile, 'utf8'))
  // A build made since then by another command carries another id.
  return stamp.buildId === buildId() && stamp.inputs === hash
}

/**
 * Makes the production build, unless what is there was made of the same inputs.
 *
 * @param {(doing: string) => void} progress
 */
export async function build(progress) {
  const hash = inputsHash()
  if (isUpToDate(hash)) return 'unchanged'
  progress('next build')
  const { code, output } = await runNode([tools.next, 'build'])
  if (code !== 0) throw new Problem(`The build failed:\n${output.trim()}`)
  writeFileSync(stampFile, JSON.stringify({ buildId: buildId(), inputs: hash }))
  return 'built for production'
}
