import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { npm } from '../install.mjs'
import { fromRoot, workFolder } from '../paths.mjs'
import { Problem } from '../problem.mjs'
import { step } from '../steps.mjs'
import { workspaces } from './manifest.ts'
import { packAll } from './pack.ts'
import { releaseProblems } from './release.ts'

/** Publishes the packages with their provenance. `--dry-run` shows what would be published. Both fail on what is missing. */
async function release(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { 'dry-run': { type: 'boolean' }, tag: { type: 'string' } } })
  const target = join(workFolder, 'release')
  await packAll(target)
  for (const { folder } of workspaces) console.log(contents(join(target, folder)))
  const manifests = workspaces.map(({ folder }) => readJson(fromRoot(folder, 'package.json')))
  const changelog = readFileSync(fromRoot('CHANGELOG.md'), 'utf8')
  const problems = releaseProblems({ manifests, changelog, ...(values.tag && { tag: values.tag }) })
  if (problems.length > 0) throw new Problem(`Not ready for a release:\n- ${problems.join('\n- ')}`)
  if (values['dry-run']) return
  for (const { folder } of workspaces)
    await step(`publish ${folder}`, async () => {
      await npm(['publish', join(target, folder), '--provenance', '--access', 'public'])
      return 'published'
    })
}

const readJson = (file: string) => JSON.parse(readFileSync(file, 'utf8'))

/** The folder of a package, in one line. */
function contents(staged: string): string {
  const { name, version } = readJson(join(staged, 'package.json'))
  const files = readdirSync(staged, { recursive: true, encoding: 'utf8' })
    .map((file) => ({ file, size: statSync(join(staged, file)) }))
    .filter(({ size }) => size.isFile())
  const bytes = files.reduce((sum, { size }) => sum + size.size, 0)
  const entries = files.filter(({ file }) => file.endsWith('.js')).length
  return `${name}@${version}: ${files.length} files (${entries} of code), ${Math.ceil(bytes / 1024)} KB unpacked`
}

const [, , command, ...args] = process.argv
try {
  await (command === 'release' ? release(args) : packAll(args[0] ?? fromRoot('.packages')))
} catch (error) {
  console.error(error instanceof Problem ? error.message : error)
  process.exitCode = 1
}
