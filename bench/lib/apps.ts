import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromRoot, tools } from '../../scripts/lib/paths.mjs'
import { runNode } from '../../scripts/lib/run.mjs'
import type { NamedSubject } from './subjects.ts'
import { subjectsFolder } from './subjects.ts'

const template = fromRoot('bench', 'template')

export const appFolder = (name: string) => fromRoot('bench', '.apps', name)

/**
 * The subject's app, built: the template, with the subject's middleware in it. A build of the same files and
 * versions stays.
 *
 * @throws with Next's own words when it cannot be built
 */
export async function buildApp(subject: NamedSubject): Promise<'built' | 'unchanged'> {
  const folder = appFolder(subject.name)
  const stamp = join(folder, '.next', 'benchmark-inputs')
  const inputs = inputsOf(subject)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs) return 'unchanged'
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  cpSync(template, folder, { recursive: true })
  cpSync(join(subjectsFolder, subject.name), folder, {
    recursive: true,
    filter: (file) => !file.endsWith('subject.ts'),
  })
  const { code, output } = await runNode([tools.next, 'build', folder], { env: { ...subject.sessions?.env } })
  if (code !== 0) throw new Error(`${subject.name} could not be built:\n${output.trim()}`)
  if (!existsSync(join(folder, 'middleware.ts'))) withoutMiddleware(folder)
  writeFileSync(stamp, inputs)
  return 'built'
}

/** Turbopack looks for one in the folders above as well, and finds the project's own. */
function withoutMiddleware(folder: string): void {
  const file = join(folder, '.next', 'server', 'middleware-manifest.json')
  const manifest = JSON.parse(readFileSync(file, 'utf8'))
  writeFileSync(file, JSON.stringify({ ...manifest, middleware: {}, sortedMiddleware: [] }))
}

function inputsOf({ name }: NamedSubject): string {
  const hash = createHash('sha256')
  const locks = ['package-lock.json', 'bench/package-lock.json'].map((file) => fromRoot(file))
  const ours = name.startsWith('evergate') ? ['gateway', 'next'].map((part) => fromRoot('lib', part)) : []
  for (const file of [template, join(subjectsFolder, name), ...ours].flatMap(filesUnder).concat(locks))
    hash.update(file).update(readFileSync(file))
  return hash.digest('hex')
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$|^subject\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
