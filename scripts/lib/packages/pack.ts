import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { npm } from '../install.mjs'
import { fromRoot, workFolder } from '../paths.mjs'
import { step } from '../steps.mjs'
import { buildCode, buildTypes } from './build.ts'
import { deliveredManifest, entriesOf, type Workspace, workspaces } from './manifest.ts'
import { standAlone } from './readme.ts'

const REPOSITORY = 'https://github.com/evergate/evergate'

/** Builds a workspace into a folder of `target` and packs that; says what came out. */
async function packWorkspace({ folder, readme }: Workspace, target: string): Promise<string> {
  const sources = fromRoot(folder)
  const manifest = JSON.parse(readFileSync(join(sources, 'package.json'), 'utf8'))
  const { imported, run } = entriesOf(manifest)
  const staged = join(target, folder)
  mkdirSync(staged, { recursive: true })
  mkdirSync(workFolder, { recursive: true })
  await Promise.all([
    buildCode(sources, [...new Set([...imported, ...run])], staged),
    buildTypes(sources, imported, staged),
  ])
  // Texts of mails, which no module imports.
  const texts = join('mail', 'texts')
  if (existsSync(join(sources, texts))) cpSync(join(sources, texts), join(staged, texts), { recursive: true })
  const all = readdirSync(sources, { recursive: true, encoding: 'utf8' })
  for (const file of all.filter((name) => name.endsWith('.css') && !name.includes('node_modules')))
    cpSync(join(sources, file), join(staged, file))
  for (const file of run) chmodSync(join(staged, file.replace(/\.tsx?$/, '.js')), 0o755)
  writeFileSync(join(staged, 'package.json'), `${JSON.stringify(deliveredManifest(manifest), null, 2)}\n`)
  const page = standAlone(readFileSync(fromRoot(readme), 'utf8'), readme, REPOSITORY)
  writeFileSync(join(staged, 'README.md'), page)
  cpSync(fromRoot('LICENSE'), join(staged, 'LICENSE'))
  await npm(['pack', staged, '--pack-destination', target, '--ignore-scripts'])
  // As `npm pack` names it.
  return `${manifest.name.replace(/^@/, '').replace('/', '-')}-${manifest.version}.tgz in ${target}`
}

/** Builds each package to a folder and a tarball in `target`, which is emptied. */
export async function packAll(target: string): Promise<void> {
  rmSync(target, { recursive: true, force: true })
  for (const workspace of workspaces) await step(workspace.folder, () => packWorkspace(workspace, target))
}
