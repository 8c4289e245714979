import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

const LOCKFILES = {
  'pnpm-lock.yaml': 'pnpm add',
  'yarn.lock': 'yarn add',
  'bun.lock': 'bun add',
  'bun.lockb': 'bun add',
  'package-lock.json': 'npm install',
} as const

/** The command that installs packages here: that of the nearest lockfile, in this folder or, in a monorepo, above it. */
export function installCommand(root: string): string {
  for (let folder = root; ; folder = dirname(folder)) {
    const found = Object.entries(LOCKFILES).find(([name]) => existsSync(join(folder, name)))
    if (found) return found[1]
    if (dirname(folder) === folder) return 'npm install'
  }
}
