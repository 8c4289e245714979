import { provideServers } from '../../e2e/support/servers.mjs'
import { buildStandalone } from '../lib/build.mjs'
import { tools } from '../lib/paths.mjs'
import { runNode } from '../lib/run.mjs'
import { setUp } from '../lib/set-up.mjs'
import { step } from '../lib/steps.mjs'

/** Attacks a production build on this machine's loopback, a line for each attack. @param {string[]} args for Vitest, such as `-t cookies` */
export default async function attack(args) {
  await setUp()
  await step('servers', provideServers)
  await step('build', buildStandalone)
  const { code } = await runNode(
    [tools.vitest, 'run', '--project', 'attack', '--reporter=verbose', ...args],
    {
      show: true,
    },
  )
  process.exitCode = code
}
