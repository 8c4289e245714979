import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inputsHash } from './build.mjs'
import { npm } from './install.mjs'
import { fromRoot, workFolder } from './paths.mjs'
import { Problem } from './problem.mjs'
import { runNode } from './run.mjs'

/** Not among the dependencies: with everything it brings it is 360 MB, and only this needs it. */
const manifest = {
  private: true,
  dependencies: { vercel: '64.0.2' },
  // The version that it names itself is not in the registry.
  overrides: { sandbox: '4.5.0' },
}
const cli = join(workFolder, 'vercel')
const stampFile = fromRoot('.vercel', 'evergate-build')

/** The settings that a linked project would have. No project is asked. */
const settings = { framework: null, nodeVersion: '24.x' }
const project = { projectId: 'prj_local', orgId: 'team_local', settings }

/**
 * Fetches Vercel's command line into `.setup/`, unless it is there.
 * @param {(doing: string) => void} progress @throws Problem when the registry does not have it
 */
export async function provideVercel(progress) {
  const installed = join(cli, 'node_modules', 'vercel', 'package.json')
  const done = join(cli, 'package.json')
  if (existsSync(installed) && existsSync(done) && readFileSync(done, 'utf8') === JSON.stringify(manifest))
    return
  progress(`fetching vercel ${manifest.dependencies.vercel} with npm, about 360 MB`)
  rmSync(cli, { recursive: true, force: true })
  mkdirSync(cli, { recursive: true })
  writeFileSync(done, JSON.stringify(manifest))
  await npm(['install', '--prefix', cli, '--ignore-scripts', '--no-package-lock', '--fetch-retries=1'])
}

/**
 * Runs `vercel build`, unless `.vercel/output` was made of the same inputs. It leaves another `.next` behind than
 * `next build` does. @param {(doing: string) => void} progress
 */
export async function vercelBuild(progress) {
  await provideVercel(progress)
  const hash = inputsHash('vercel.json', 'auth-server')
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === hash) return 'unchanged'
  progress('vercel build')
  rmSync(stampFile, { force: true })
  const link = fromRoot('.vercel', 'project.json')
  const isLinked = existsSync(link)
  if (!isLinked) {
    mkdirSync(fromRoot('.vercel'), { recursive: true })
    writeFileSync(link, JSON.stringify(project))
  }
  try {
    const main = join(cli, 'node_modules', 'vercel', 'dist', 'vc.js')
    // A configuration of its own: whoever is logged in on this machine has nothing to do with it.
    const args = [main, 'build', '--yes', '--global-config', join(cli, 'config')]
    const { code, output } = await runNode(args, { env: { VERCEL_TELEMETRY_DISABLED: '1' } })
    if (code !== 0) throw new Problem(`vercel build failed:\n${output.trim()}`)
  } finally {
    if (!isLinked) rmSync(link, { force: true })
  }
  leaveSecretsOut()
  writeFileSync(stampFile, hash)
  return 'built both services into .vercel/output'
}

/**
 * Every function names the files it takes along when it is deployed from here (`vercel deploy --prebuilt`), and `.env.local`,
 * the secrets of this machine, is among them.
 */
function leaveSecretsOut() {
  const output = fromRoot('.vercel', 'output')
  const names = readdirSync(output, { recursive: true, encoding: 'utf8' })
  for (const name of names.filter((path) => path.endsWith('.vc-config.json'))) {
    const config = JSON.parse(readFileSync(join(output, name), 'utf8'))
    if (!config.filePathMap) continue
    const kept = Object.entries(config.filePathMap).filter(([path]) => !/(^|[\\/])\.env/.test(path))
    const delivered = { ...config, filePathMap: Object.fromEntries(kept) }
    writeFileSync(join(output, name), JSON.stringify(delivered, null, 2))
  }
}
