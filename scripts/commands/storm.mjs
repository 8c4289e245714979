import { build } from '../lib/build.mjs'
import { fromRoot } from '../lib/paths.mjs'
import { runNode } from '../lib/run.mjs'
import { setUp } from '../lib/set-up.mjs'
import { step } from '../lib/steps.mjs'

/** Visitors, faults and kills on real processes. @param {string[]} args see e2e/storm/options.ts */
export default async function storm(args) {
  // The storm brings a store of its own.
  await setUp(['app'])
  if (!args.includes('--help')) await step('build', build)
  const { code } = await runNode([fromRoot('e2e', 'storm', 'main.ts'), ...args], { show: true })
  process.exitCode = code
}
