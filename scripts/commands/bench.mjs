import { installBenchDependencies, installDependencies } from '../lib/install.mjs'
import { fromRoot } from '../lib/paths.mjs'
import { runNode } from '../lib/run.mjs'

/** What the gateway and the auth server cost, beside what others cost. @param {string[]} args see bench/main.ts */
export default async function bench(args) {
  await installDependencies()
  await installBenchDependencies()
  const { code } = await runNode([fromRoot('bench', 'main.ts'), ...args], { show: true })
  process.exitCode = code
}
