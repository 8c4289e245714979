import { spawnSync } from 'node:child_process'
import { onPath } from '../../scripts/lib/paths.mjs'
import { canInstall, install } from './apt.mjs'

/** Programs of Debian: the package each comes in, the service that must not start, and how it tells its version. */
const programs = [
  {
    name: 'redis-server',
    package: 'redis-server',
    service: 'redis-server',
    ask: '--version',
    version: /v=(\S+)/,
  },
  { name: 'nginx', package: 'nginx-light', service: 'nginx', ask: '-v', version: /nginx\/(\S+)/ },
  { name: 'certutil', package: 'libnss3-tools', ask: '-H', version: /(?=\S)/ },
  {
    name: 'prometheus',
    package: 'prometheus',
    service: 'prometheus',
    ask: '--version',
    version: /version (\S+)/,
  },
]

/**
 * A `redis-server` for the tests of the stores, an `nginx` for those of shared caches and a `prometheus` for those of the
 * dashboard and the alerts, installed where that is possible; PostgreSQL comes with the dependencies. The tests start and stop their servers themselves, and name those that are missing.
 *
 * @param {(doing: string) => void} progress
 */
export async function provideServers(progress) {
  const found = []
  for (const program of programs) {
    if (!onPath(program.name) && canInstall()) {
      progress(`installing the system package ${program.package} with apt-get`)
      await install(program.package, program.service ? { service: program.service } : {})
    }
    found.push(inWords(program))
  }
  return found.join('; ')
}

/** @param {{ name: string, ask: string, version: RegExp }} program */
function inWords({ name, ask, version }) {
  const file = onPath(name)
  if (!file) return `no ${name} on the path`
  const { stdout, stderr } = spawnSync(file, [ask], { encoding: 'utf8', timeout: 30_000 })
  return `${name} ${version.exec(`${stdout}${stderr}`)?.[1] ?? '(unknown version)'}, ${file}`
}
