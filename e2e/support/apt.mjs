import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { onPath } from '../../scripts/lib/paths.mjs'
import { run } from '../../scripts/lib/run.mjs'

/** Whether this machine lets us install system packages. */
export const canInstall = () => process.getuid?.() === 0 && onPath('apt-get') !== undefined

/**
 * Installs a package of Debian, and starts no service that comes with it, now or at the next boot.
 *
 * @param {string} name
 * @param {{ service?: string }} [options]
 */
export async function install(name, { service } = {}) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await run('apt-get', ['update'], { env })
  const allow = forbidServices()
  try {
    await run('apt-get', ['install', '-y', '--no-install-recommends', name], { env })
    if (service && onPath('systemctl')) await run('systemctl', ['disable', service])
  } finally {
    allow()
  }
}

/**
 * The program that Debian's packages ask before they start a service: https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt.
 * A policy that is there already is the machine's own, and stays.
 *
 * @returns {() => void} lets services start again
 */
function forbidServices() {
  const policy = '/usr/sbin/policy-rc.d'
  if (existsSync(policy)) return () => {}
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  const remove = () => rmSync(policy, { force: true })
  process.once('exit', remove)
  return () => {
    process.off('exit', remove)
    remove()
  }
}
