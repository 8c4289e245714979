import { readFileSync } from 'node:fs'
import { fromRoot, machineEnv, node } from './paths.mjs'
import { Problem } from './problem.mjs'
import { run } from './run.mjs'
import { step } from './steps.mjs'

const networkTrouble =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|FETCH_ERROR)\b/

/** @typedef {Record<string, { version?: string, link?: boolean, optional?: boolean, devOptional?: boolean }>} LockedPackages by folder */

/** @param {...string} path @returns {LockedPackages} */
function lockedPackages(...path) {
  try {
    return JSON.parse(readFileSync(fromRoot(...path), 'utf8')).packages ?? {}
  } catch {
    return {}
  }
}

/**
 * npm writes what it installed to `node_modules/.package-lock.json`, last of all: comparing the two needs no
 * note of our own, sees an install that was broken off, and is content with one that a person did by hand.
 * @param {LockedPackages} locked @param {LockedPackages} installed
 */
export function isInstalled(locked, installed) {
  return Object.entries(locked).every(([folder, { version, link, optional, devOptional }]) => {
    if (!folder.includes('node_modules/')) return true
    const there = installed[folder]
    // Packages for other platforms are locked, but not installed.
    if (!there) return Boolean(optional || devOptional)
    return link ? Boolean(there.link) : there.version === version
  })
}

/** Runs npm as this machine has it. @param {string[]} args @throws Problem with npm's own words */
export async function npm(args) {
  const quietly = ['--no-audit', '--no-fund', '--loglevel=error']
  const { code, output } = await run('npm', [...args, ...quietly], { env: machineEnv() })
  if (code === 0) return
  const isOffline =
    'The dependencies cannot be downloaded: the npm registry does not answer. Is there a network?'
  if (networkTrouble.test(output)) throw new Problem(isOffline)
  throw new Problem(`npm ${args[0]} failed:\n${output.trim()}`)
}

/** @param {(doing: string) => void} progress @param {string} [folder] with a package.json of its own, from the root */
async function install(progress, folder = '.') {
  const locked = lockedPackages(folder, 'package-lock.json')
  const installed = lockedPackages(folder, 'node_modules', '.package-lock.json')
  if (isInstalled(locked, installed)) return 'unchanged'
  progress('installing with npm')
  // Without a network, an install would try each package again and again, for minutes.
  await npm(['view', 'node', 'name', '--prefer-online', '--fetch-retries=0', '--fetch-timeout=20000'])
  // Not `npm ci`: it empties node_modules, and with it the Node this script may be running on. `--no-save` keeps the
  // lockfile as it is.
  await npm(['install', '--no-save', ...(folder === '.' ? [] : ['--prefix', fromRoot(folder)])])
  return `installed what ${folder === '.' ? '' : `${folder}/`}package-lock.json names`
}

/** Installs what the benchmark alone needs, the peers among it, into bench/node_modules. */
export async function installBenchDependencies() {
  await step('peers', (progress) => install(progress, 'bench'))
}

async function pinnedVersion() {
  const { code, stdout } = await run(node, ['--version'])
  return code === 0 ? stdout.trim().slice(1) : undefined
}

/** @param {(doing: string) => void} progress */
async function pinNode(progress) {
  let version = await pinnedVersion()
  if (!version) {
    // An npm that skips install scripts leaves the package without its program.
    progress("running the node package's install script")
    await npm(['rebuild', 'node', '--ignore-scripts=false'])
    version = await pinnedVersion()
  }
  if (!version) throw new Problem('Node 24 is not in node_modules: run `npm rebuild node` and try again.')
  const started = process.versions.node
  return version === started ? version : `${version} from node_modules (this machine's is ${started})`
}

/** Installs what the lockfile names, unless it is there already, and sees that the pinned Node runs. */
export async function installDependencies() {
  await step('dependencies', install)
  await step('node', pinNode)
}
