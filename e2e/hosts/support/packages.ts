import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const FOLDER = join(import.meta.dirname, '..')
const MAIN = fileURLToPath(new URL('../../../scripts/main.mjs', import.meta.url))

/** Vitest's global set-up: the adapters, which are no dependency of the repository, and the package as it is delivered. */
export default function setup(): void {
  if (!existsSync(join(FOLDER, 'node_modules', '.package-lock.json'))) {
    const command = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
    const { status, stderr } = spawnSync('npm', command, { cwd: FOLDER, encoding: 'utf8' })
    if (status !== 0) throw new Error(`the adapters cannot be installed: ${stderr.trim()}`)
  }
  installPacked()
}

/** A link would lead out of the folder that an adapter takes along. */
function installPacked(): void {
  const folder = mkdtempSync(join(tmpdir(), 'evergate-packed-'))
  try {
    execFileSync(process.execPath, [MAIN, 'pack', folder])
    const tarball = readdirSync(folder).find((name) => /^evergate-\d.*\.tgz$/.test(name))
    if (!tarball) throw new Error('there is no tarball of evergate')
    const target = join(FOLDER, 'node_modules/evergate')
    rmSync(target, { recursive: true, force: true })
    mkdirSync(target)
    execFileSync('tar', ['-xzf', join(folder, tarball), '-C', target, '--strip-components=1'])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
