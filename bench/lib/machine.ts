import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { arch, cpus, platform, release, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'

export type Machine = {
  readonly cpu: string
  readonly cores: number
  readonly memoryGB: number
  readonly os: string
  readonly node: string
}

export function machine(): Machine {
  const all = cpus()
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memoryGB: Math.round(totalmem() / 2 ** 30),
    os: `${platform()} ${release().split('-')[0]} ${arch()}`,
    node: process.versions.node,
  }
}

const root = fileURLToPath(new URL('../../', import.meta.url))

/** The commit that was measured, with `+` when files differ from it; `unknown` outside a repository. */
export function commit(): string {
  try {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
    const changed = git('status', '--porcelain', '--', ':!bench/results', ':!docs') !== ''
    return git('rev-parse', '--short', 'HEAD') + (changed ? '+' : '')
  } catch {
    return 'unknown'
  }
}

/** Of packages as they are installed, the benchmark's own first. */
export function versionsOf(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, versionOf(name)]))
}

function versionOf(name: string): string {
  const file = ['bench/', '', 'auth-server/']
    .map((at) => `${root}${at}node_modules/${name}/package.json`)
    .find(existsSync)
  return file ? JSON.parse(readFileSync(file, 'utf8')).version : 'not installed'
}
