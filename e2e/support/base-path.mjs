import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { build } from '../../scripts/lib/build.mjs'
import { fromRoot, tools } from '../../scripts/lib/paths.mjs'
import { runNode } from '../../scripts/lib/run.mjs'
import { buildProxyApp } from './proxy-app.mjs'

const folder = '.setup/next-base-path'

/** A build of the app below a path of its host, beside the build at the top. */
const env = { EVERGATE_BASE_PATH: '/shop', EVERGATE_DIST_DIR: folder }

/** The tests of a short run: forms, redirects, sign-out in several tabs, and an action of an ended session. */
export const shortRun = ['no-javascript', 'refused-action', 'sign-out']

/** Next changes them for the one build that most apps have. */
const changed = ['tsconfig.json', 'next-env.d.ts'].map((name) => fromRoot(name))

/** @param {(doing: string) => void} progress */
async function buildBelow(progress) {
  const before = changed.map((file) => (existsSync(file) ? readFileSync(file) : undefined))
  try {
    return await build(progress, env, folder)
  } finally {
    for (const [index, file] of changed.entries()) {
      const content = before[index]
      if (content) writeFileSync(file, content)
      else rmSync(file, { force: true })
    }
  }
}

/**
 * Runs browser tests on the app below a base path.
 *
 * @param {string[]} args for Playwright: parts of the names of test files; none for all
 * @param {Record<string, string>} [more] of the environment
 * @returns {Promise<number>} Playwright's exit code
 */
export async function testBelowBasePath(args, more = {}) {
  await buildBelow(() => {})
  const { code } = await runNode([tools.playwright, 'test', ...args], {
    show: true,
    env: { ...more, ...env },
  })
  return code
}

/**
 * Attacks the app where much is otherwise: below a base path, in `proxy.ts`, behind nginx on PostgreSQL.
 *
 * @param {string[]} args for Vitest
 * @param {Record<string, string>} [more] of the environment
 * @returns {Promise<number>} Vitest's exit code
 */
export async function attackOtherwise(args, more = {}) {
  const basePath = { EVERGATE_BASE_PATH: env.EVERGATE_BASE_PATH }
  const app = await buildProxyApp(basePath)
  const { code } = await runNode([tools.vitest, 'run', '--project', 'attack', 'attack.test', ...args], {
    show: true,
    env: { ...more, ...basePath, EVERGATE_APP_FOLDER: app },
  })
  return code
}
