/**
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {Record<string, string>} [optionalDependencies]
 * @property {boolean} [dev]
 *
 * @typedef {Record<string, LockedPackage>} LockedPackages by their folder
 */

/**
 * Where Node would find a package from a folder of the lockfile.
 *
 * @param {LockedPackages} packages
 * @param {string} folder
 * @param {string} name
 * @returns {string | undefined}
 */
function resolve(packages, folder, name) {
  const found = `${folder && `${folder}/`}node_modules/${name}`
  if (packages[found]) return found
  if (folder === '') return undefined
  return resolve(packages, folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1)), name)
}

/**
 * Optional packages, mostly other platforms' binaries, that a package asks for and the lockfile does not have: `npm ci`
 * refuses such a lockfile. npm leaves them out when it locks what `node_modules` holds, or when its registry lacks them.
 *
 * @param {LockedPackages} packages
 * @returns {{ name: string, version: string, dev: boolean }[]}
 */
export function missingOptionalPackages(packages) {
  return Object.entries(packages).flatMap(([folder, { optionalDependencies = {}, dev = false }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !resolve(packages, folder, name))
      .map(([name, version]) => ({ name, version, dev })),
  )
}

const systems = /\b(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)\b/
const processors = /\b(arm64|arm|ia32|loong64|ppc64|riscv64|s390x|wasm32|x64)\b/

/**
 * What npm needs to pass over a binary of another platform, read from its name. It has no checksum: npm takes that from
 * the registry where the package is installed.
 *
 * @param {{ name: string, version: string, dev: boolean }} missing
 */
function entryFor({ name, version, dev }) {
  const place = name.replace(/^@[^/]*\//, '')
  const [os] = systems.exec(place) ?? []
  const [cpu] = processors.exec(place) ?? []
  if (!cpu || !/^\d+\.\d+\.\d+[\w.-]*$/.test(version)) {
    throw new Error(`${name} ${version} is not a binary of one platform in one version`)
  }
  const libc = os === 'linux' && /-(musl|gnu)/.exec(place)?.[1]
  return {
    version,
    cpu: [cpu],
    ...(dev ? { dev } : {}),
    ...(libc ? { libc: [libc === 'gnu' ? 'glibc' : libc] } : {}),
    optional: true,
    ...(os ? { os: [os] } : {}),
  }
}

/**
 * The packages of a lockfile with those added that {@link missingOptionalPackages} names.
 *
 * @param {LockedPackages} packages
 * @returns {LockedPackages}
 */
export function withOptionalPackages(packages) {
  const added = missingOptionalPackages(packages).map((missing) => [
    `node_modules/${missing.name}`,
    entryFor(missing),
  ])
  const all = Object.entries({ ...packages, ...Object.fromEntries(added) })
  return Object.fromEntries(all.sort(([a], [b]) => a.localeCompare(b, 'en')))
}
