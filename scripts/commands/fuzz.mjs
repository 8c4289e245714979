import { fromRoot } from '../lib/paths.mjs'
import { runNode } from '../lib/run.mjs'
import { setUp } from '../lib/set-up.mjs'

/**
 * Sends what nobody thought of through every parser, for as long as asked.
 *
 * @param {string[]} args `--minutes N`, `--target NAME`; `--seed N --path P` to see one input again
 */
export default async function fuzz(args) {
  await setUp()
  const { code } = await runNode([fromRoot('scripts', 'fuzz', 'run.ts'), ...args], { show: true })
  process.exitCode = code
}
