import { installBenchDependencies, installDependencies } from '../lib/install.mjs'
import { fromRoot } from '../lib/paths.mjs'
import { runNode } from '../lib/run.mjs'

/** Measures the cost of the gateway and the auth server, beside others. @param {string[]} args see bench/main.ts */
export default async function bench(args) {
  await installDependencies()
  await installBenchDependencies()
  const { code } = await runNode([fromRoot('bench', 'main.ts'), ...args], { show: true })
  process.exitCode = code
}
