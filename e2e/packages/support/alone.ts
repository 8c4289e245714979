import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { deliveredIn } from './entries.ts'

const INSTALLED = fileURLToPath(new URL('../../../node_modules', import.meta.url))

/**
 * Unpacks a tarball into a new project in `folder` with its dependencies and, of its peers, those that are named. The
 * package's imports are found there or nowhere: it is unpacked far from the repository.
 *
 * @returns the project's folder
 */
export function installAlone(tarball: string, folder: string, peers: readonly string[] = []): string {
  const project = mkdtempSync(join(folder, 'alone-'))
  const { name, dependencies } = deliveredIn(tarball)
  const target = join(project, 'node_modules', name)
  mkdirSync(target, { recursive: true })
  execFileSync('tar', ['-xzf', tarball, '-C', target, '--strip-components=1'])
  for (const needed of [...Object.keys(dependencies), ...peers]) {
    const link = join(project, 'node_modules', needed)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(INSTALLED, needed), link)
  }
  return project
}
