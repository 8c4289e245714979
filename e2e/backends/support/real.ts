import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { exitOf, launch } from '../../support/processes.ts'
import type { Backend } from './listen.ts'

const FOLDER = join(import.meta.dirname, '..')

/** Installs the real packages, once: they are no dependency of the repository. Says why they are not there. */
export function installPackages(): string | undefined {
  if (existsSync(join(FOLDER, 'node_modules', '.package-lock.json'))) return undefined
  const { status, stderr } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: FOLDER,
    encoding: 'utf8',
  })
  return status === 0 ? undefined : `the packages of real backends cannot be installed: ${stderr.trim()}`
}

/** Starts a backend of `real/` as a process of its own. */
export async function startReal(name: string): Promise<Omit<Backend, 'calls'>> {
  const { child, output } = launch([join(FOLDER, 'real', 'main.ts'), name], {}, FOLDER)
  const started = Date.now()
  while (!output().includes('http://')) {
    if (child.exitCode !== null || Date.now() - started > 30_000)
      throw new Error(`${name} did not start:\n${output()}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  const [url = ''] = /http:\/\/\S+/.exec(output()) ?? []
  return {
    url,
    async stop() {
      child.kill()
      await exitOf(child)
    },
  }
}
