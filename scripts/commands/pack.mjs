import { rmSync } from 'node:fs'
import { workspaces } from '../lib/packages/manifest.mjs'
import { packWorkspace } from '../lib/packages/pack.mjs'
import { fromRoot } from '../lib/paths.mjs'
import { step } from '../lib/steps.mjs'

/**
 * Builds what npm delivers, each package to a folder and a tarball.
 *
 * @param {string[]} args where, in the place of `.packages/`
 */
export default async function pack([target = fromRoot('.packages')]) {
  rmSync(target, { recursive: true, force: true })
  for (const workspace of workspaces) {
    await step(workspace.folder, async () => ({ did: await packWorkspace(workspace, target) }))
  }
}
