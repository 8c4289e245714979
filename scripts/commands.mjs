import { build, buildStandalone } from './lib/build.mjs'
import { fromRoot, tools } from './lib/paths.mjs'
import { runNode } from './lib/run.mjs'
import { setUp } from './lib/set-up.mjs'
import { startBoth, startOne } from './lib/start.mjs'
import { say, step } from './lib/steps.mjs'

/** Runs a file on the pinned Node; its exit code becomes this process's. @param {string[]} args @param {Record<string, string>} [env] */
async function hand(args, env) {
  process.exitCode = (await runNode(args, { show: true, ...(env && { env }) })).code
}

/**
 * Commands by their name in package.json. Each imports by itself the modules that it alone needs: an image that runs the app has no
 * folder of tests. @type {Record<string, (args: string[]) => unknown>}
 */
export const commands = {
  setup: () => setUp(),

  /** @param {string[]} args the part to start, or nothing for both */
  start: ([part]) => (part === undefined ? startBoth('start') : startOne(part)),

  dev: () => startBoth('dev'),

  /** The command line's `keys`, on the keys of this repository. */
  keys: (args) => hand([fromRoot('node_modules', 'evergate', 'cli', 'main.ts'), 'keys', ...args]),

  /** Dependencies are there already, and secrets are none of a build's business. */
  'build-standalone': () => step('build', buildStandalone),

  /** The output that Vercel would make of this commit, in `.vercel/output`: without an account, a login, or a project there. */
  async 'vercel-build'() {
    const { vercelBuild } = await import('./lib/vercel.mjs')
    await setUp(['app'])
    await step('vercel build', vercelBuild)
  },

  /** Every check; `--quick` leaves out what needs servers, a build or a browser; `--all` leaves out nothing. */
  test: async (args) => (await import('./lib/test.mjs')).default(args),

  /** Attacks a production build on this machine's loopback, a line for each attack. Arguments are Vitest's. */
  async attack(args) {
    const { provideServers } = await import('../e2e/support/servers.mjs')
    await setUp()
    await step('servers', provideServers)
    await step('build', buildStandalone)
    await hand([tools.vitest, 'run', '--project', 'attack', '--reporter=verbose', ...args])
  },

  /** Browser tests on the app below a base path. Arguments are Playwright's: parts of the names of test files. */
  async 'e2e-base-path'(args) {
    const { provideBrowser } = await import('../e2e/support/browser.mjs')
    const { testBelowBasePath } = await import('../e2e/support/base-path.mjs')
    await setUp()
    const { file } = await step('browser', provideBrowser)
    process.exitCode = await testBelowBasePath(args, { EVERGATE_CHROMIUM: file })
  },

  /**
   * Random input for every parser: `--seconds N` for each property, 10 unless given; `--seed N --path P` to see one input
   * again. Further arguments are Vitest's, such as `-t NAME`.
   */
  async fuzz(args) {
    await setUp()
    const env = { FUZZ_SECONDS: '10' }
    const names = { '--seconds': 'FUZZ_SECONDS', '--seed': 'FUZZ_SEED', '--path': 'FUZZ_PATH' }
    const rest = [...args]
    for (const [flag, name] of Object.entries(names)) {
      const at = rest.indexOf(flag)
      if (at >= 0) Object.assign(env, { [name]: rest.splice(at, 2)[1] })
    }
    await hand([tools.vitest, 'run', '--project', 'fuzz', ...rest], env)
  },

  /** Visitors, faults and kills on real processes; see e2e/storm/options.ts. The storm brings a store of its own. */
  async storm(args) {
    await setUp(['app'])
    if (!args.includes('--help')) await step('build', build)
    await hand([fromRoot('e2e', 'storm', 'main.ts'), ...args])
  },

  /** Takes away the protections that docs/security.md claims; see e2e/protections/run.ts. */
  async 'mutate-rows'(args) {
    await setUp()
    await hand([fromRoot('e2e', 'protections', 'run.ts'), ...args])
  },

  /** Measures the cost of the gateway and the auth server, beside others; see bench/main.ts. */
  async bench(args) {
    const { installBenchDependencies, installDependencies } = await import('./lib/install.mjs')
    await installDependencies()
    await installBenchDependencies()
    await hand([fromRoot('bench', 'main.ts'), ...args])
  },

  size: async (args) => (await import('../bench/size/size.mjs')).default(args),

  /** Fails for each advisory, high or critical, about a package that is delivered: for a daily run, and before a release. */
  async audit() {
    const { askForAdvisories } = await import('./lib/advisories.mjs')
    await setUp()
    const answer = await askForAdvisories()
    if (!answer.asked) return say('advisories', 'not asked: the registry does not answer')
    say('advisories', answer.findings.length === 0 ? 'none high or critical' : `${answer.findings.length}`)
    for (const finding of answer.findings) console.log(`  ${finding}`)
    if (answer.findings.length > 0) process.exitCode = 1
  },

  /** Brings package-lock.json up to date with each package.json, for every platform. */
  lockfile: async () => (await import('./lib/lockfile.mjs')).updateLockfile(),

  /** Builds what npm delivers, each package to a folder and a tarball in `.packages/`, or in the folder that is named. */
  pack: (args) => hand([fromRoot('scripts/lib/packages/main.ts'), 'pack', ...args]),

  /** Publishes the packages with their provenance; `--dry-run` only shows them; `--tag v1.2.0` must be their version. */
  async release(args) {
    await setUp()
    await hand([fromRoot('scripts/lib/packages/main.ts'), 'release', ...args])
  },
}
