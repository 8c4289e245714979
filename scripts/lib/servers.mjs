import { spawnSync } from 'node:child_process'
import { canInstall, install } from './apt.mjs'
import { onPath } from './paths.mjs'

/**
 * A `redis-server` for the tests of the stores, installed where that is possible; PostgreSQL comes with the dependencies. The
 * tests start and stop their servers themselves, and name those that are missing.
 *
 * @param {(doing: string) => void} progress
 */
export async function provideServers(progress) {
  if (!onPath('redis-server') && canInstall()) {
    progress('installing the system package redis-server with apt-get')
    await install('redis-server', { service: 'redis-server' })
  }
  const file = onPath('redis-server')
  if (!file) return 'no redis-server on the path'
  const { stdout } = spawnSync(file, ['--version'], { encoding: 'utf8', timeout: 30_000 })
  return `redis-server ${/v=(\S+)/.exec(stdout ?? '')?.[1] ?? '(unknown version)'}, ${file}`
}
