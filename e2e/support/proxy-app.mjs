import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromRoot, tools, workFolder } from '../../scripts/lib/paths.mjs'
import { Problem } from '../../scripts/lib/problem.mjs'
import { runNode } from '../../scripts/lib/run.mjs'

const folder = join(workFolder, 'proxy-app')
const copied = [
  'app',
  'instrumentation.ts',
  'next.config.mjs',
  'postcss.config.mjs',
  'package.json',
  'tsconfig.json',
]

/**
 * Builds the demo with `proxy.ts` in the place of `middleware.ts`, which then runs in Node and not on the edge.
 *
 * @param {Record<string, string>} env
 * @returns {Promise<string>} its folder
 */
export async function buildProxyApp(env) {
  rmSync(folder, { recursive: true, force: true })
  for (const name of copied) cpSync(fromRoot(name), join(folder, name), { recursive: true })
  const middleware = readFileSync(fromRoot('middleware.ts'), 'utf8')
  const proxy = middleware.replace('export const middleware =', 'export const proxy =')
  if (proxy === middleware) throw new Problem('middleware.ts does not export `middleware`.')
  writeFileSync(join(folder, 'proxy.ts'), proxy)
  const { code, output } = await runNode([tools.next, 'build', folder], { env })
  if (code !== 0) throw new Problem(`The build with proxy.ts failed:\n${output.trim()}`)
  return folder
}
