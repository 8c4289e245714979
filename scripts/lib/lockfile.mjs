import { readFileSync, writeFileSync } from 'node:fs'
import { npm } from './install.mjs'
import { fromRoot } from './paths.mjs'

/**
 * @typedef {{ version?: string, optionalDependencies?: Record<string, string>, dev?: boolean }} LockedPackage
 * @typedef {Record<string, LockedPackage>} LockedPackages by their folder
 */

/**
 * Where Node would find a package from a folder of the lockfile.
 * @param {LockedPackages} packages @param {string} folder @param {string} name @returns {string | undefined}
 */
function resolve(packages, folder, name) {
  const found = `${folder && `${folder}/`}node_modules/${name}`
  if (packages[found]) return found
  if (folder === '') return undefined
  return resolve(packages, folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1)), name)
}

/**
 * Optional packages, mostly other platforms' binaries, that a package asks for and the lockfile does not have: `npm ci`
 * refuses such a lockfile. Another version of one is none: then it belongs below the package that asks. npm leaves them out when it locks what `node_modules` holds, or when its registry lacks them.
 * @param {LockedPackages} packages
 * @returns {{ name: string, version: string, dev: boolean, place: string }[]}
 */
export function missingOptionalPackages(packages) {
  return Object.entries(packages).flatMap(([folder, { optionalDependencies = {}, dev = false }]) =>
    Object.entries(optionalDependencies).flatMap(([name, version]) => {
      const found = resolve(packages, folder, name)
      const place = `${found && folder ? `${folder}/` : ''}node_modules/${name}`
      const fits = found && (!exact.test(version) || packages[found]?.version === version)
      return fits ? [] : [{ name, version, dev, place }]
    }),
  )
}

const exact = /^\d+\.\d+\.\d+[\w.-]*$/
const systems = /\b(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)\b/
const processors = /\b(arm64|arm|ia32|loong64|ppc64|riscv64|s390x|wasm32|x64)\b/

/**
 * The fields by which npm passes over a binary of another platform, read from its name. It has no checksum: npm takes that from
 * the registry where the package is installed.
 * @param {{ name: string, version: string, dev: boolean }} missing
 */
function entryFor({ name, version, dev }) {
  const bare = name.replace(/^@[^/]*\//, '')
  const [os] = systems.exec(bare) ?? []
  const [cpu] = processors.exec(bare) ?? []
  if (!cpu || !exact.test(version))
    throw new Error(`${name} ${version} is not a binary of one platform in one version`)
  const libc = os === 'linux' && /-(musl|gnu)/.exec(bare)?.[1]
  const optional = { ...(libc && { libc: [libc === 'gnu' ? 'glibc' : libc] }), optional: true }
  return { version, cpu: [cpu], ...(dev && { dev }), ...optional, ...(os && { os: [os] }) }
}

/**
 * The packages of a lockfile with those added that {@link missingOptionalPackages} names.
 * @param {LockedPackages} packages @returns {LockedPackages}
 */
export function withOptionalPackages(packages) {
  const added = missingOptionalPackages(packages).map((missing) => [missing.place, entryFor(missing)])
  const all = Object.entries({ ...packages, ...Object.fromEntries(added) })
  return Object.fromEntries(all.sort(([a], [b]) => a.localeCompare(b, 'en')))
}

/** Brings package-lock.json up to date with each package.json, for every platform. */
export async function updateLockfile() {
  await npm(['install', '--package-lock-only', '--ignore-scripts'])
  const file = fromRoot('package-lock.json')
  const lock = JSON.parse(readFileSync(file, 'utf8'))
  const added = missingOptionalPackages(lock.packages).length
  const packages = withOptionalPackages(lock.packages)
  if (added > 0) writeFileSync(file, `${JSON.stringify({ ...lock, packages }, null, 2)}\n`)
  const count = Object.keys(packages).length
  console.log(`package-lock.json: ${count} packages, ${added} of them added for other platforms`)
}
