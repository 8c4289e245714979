import { fromRoot, node, pinnedEnv } from '../lib/paths.mjs'
import { run } from '../lib/run.mjs'

/** The command line's `keys`, on the keys of this repository. @param {string[]} args */
export default async function keys(args) {
  const main = fromRoot('node_modules', 'evergate', 'cli', 'main.ts')
  const { code } = await run(node, [main, 'keys', ...args], { env: pinnedEnv(), show: true })
  process.exitCode = code
}
