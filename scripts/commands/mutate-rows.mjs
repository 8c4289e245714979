import { fromRoot } from '../lib/paths.mjs'
import { runNode } from '../lib/run.mjs'
import { setUp } from '../lib/set-up.mjs'

/**
 * Takes away the protections that docs/security.md claims, one at a time: the row's test must fail each time.
 *
 * @param {string[]} args parts of rows, files or tests; `--at-once 1` for a machine with other work,
 *   `--why` for the test that failed, and its message
 */
export default async function mutateRows(args) {
  await setUp()
  const { code } = await runNode([fromRoot('e2e', 'protections', 'run.ts'), ...args], { show: true })
  process.exitCode = code
}
