import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { npm } from '../install.mjs'
import { fromRoot } from '../paths.mjs'
import { Problem } from '../problem.mjs'
import { setUp } from '../set-up.mjs'
import { step } from '../steps.mjs'
import { workspaces } from './manifest.mjs'
import { packWorkspace } from './pack.mjs'
import { releaseProblems } from './release.mjs'

/**
 * Publishes the packages with their provenance. `--dry-run` shows what would be published, and publishes nothing. Both
 * fail on what is missing.
 *
 * @param {string[]} args `--dry-run`, `--tag v1.2.0`
 */
export default async function release(args) {
  const { values } = parseArgs({ args, options: { 'dry-run': { type: 'boolean' }, tag: { type: 'string' } } })
  await setUp()
  const target = mkdtempSync(join(tmpdir(), 'evergate-release-'))
  try {
    for (const workspace of workspaces)
      await step(workspace.folder, async () => ({ did: await show(workspace, target) }))
    const manifests = workspaces.map(({ folder }) => readJson(fromRoot(folder, 'package.json')))
    const changelog = readFileSync(fromRoot('CHANGELOG.md'), 'utf8')
    const problems = releaseProblems({ manifests, changelog, ...(values.tag && { tag: values.tag }) })
    if (problems.length > 0) throw new Problem(`Not ready for a release:\n- ${problems.join('\n- ')}`)
    if (values['dry-run']) return
    for (const { folder } of workspaces)
      await step(`publish ${folder}`, async () => {
        await npm(['publish', join(target, folder), '--provenance', '--access', 'public'])
        return { did: 'published' }
      })
  } finally {
    rmSync(target, { recursive: true, force: true })
  }
}

/** @param {string} file */
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'))

/** @param {import('./manifest.mjs').Workspace} workspace @param {string} target */
async function show(workspace, target) {
  await packWorkspace(workspace, target)
  const staged = join(target, workspace.folder)
  const { name, version } = readJson(join(staged, 'package.json'))
  const files = readdirSync(staged, { recursive: true, encoding: 'utf8' })
    .map((file) => ({ file, size: statSync(join(staged, file)) }))
    .filter(({ size }) => size.isFile())
  const bytes = files.reduce((sum, { size }) => sum + size.size, 0)
  const entries = files.filter(({ file }) => file.endsWith('.js')).length
  return `${name}@${version}: ${files.length} files (${entries} of code), ${Math.ceil(bytes / 1024)} KB unpacked`
}
