import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { attackOtherwise, shortRun, testBelowBasePath } from '../../e2e/support/base-path.mjs'
import { askForAdvisories } from './advisories.mjs'
import { buildStandalone } from './build.mjs'
import { failuresIn } from './failures.mjs'
import { fromRoot, tools, workFolder } from './paths.mjs'
import { runNode } from './run.mjs'
import { inWords, ofExitCode, ofPlaywright, ofRunner, ofVitest, sum } from './tally.mjs'
import { provideVercel, vercelBuild } from './vercel.mjs'

/**
 * `output` is what to show when it failed (runners have shown theirs already), `did` what it says of itself, `untested` what
 * could not be tested on this machine, and why, `failures` its failed tests, a line each.
 * @typedef {{ tally: import('./tally.mjs').Tally, output?: string, did?: string, untested?: string[], failures?: string[] }} Result
 *
 * @typedef {object} Check
 * @property {string} name
 * @property {boolean} [quick] part of `npm run check`
 * @property {string} [thorough] what only `npm test -- --all` tests, because it takes minutes
 * @property {string} [rest] the part of it that only `npm test -- --all` tests
 * @property {boolean} [shows] its output goes to the screen as it runs
 * @property {boolean} [needsBuild]
 * @property {(browser?: string) => Promise<Result>} run
 */

/** Tools that pass or fail as a whole, one after the other until one fails. @param {...string[]} commands */
function tool(...commands) {
  return async () => {
    let output = ''
    for (const command of commands) {
      const done = await runNode(command)
      output += done.output
      if (done.code !== 0) return { tally: ofExitCode(done.code), output }
    }
    return { tally: ofExitCode(0), output }
  }
}

/** @param {string} name */
function reportFile(name) {
  mkdirSync(join(workFolder, 'reports'), { recursive: true })
  const file = join(workFolder, 'reports', `${name}.json`)
  rmSync(file, { force: true })
  return file
}

/** A runner that was killed, or fell over, says nothing itself. @param {number} code @param {import('./tally.mjs').Tally} tally */
const runnerResult = (code, tally) =>
  code > 1 ? { tally, did: `${inWords(tally)}: ended with exit code ${code}` } : { tally }

/** Runs a tool on the screen, and answers its exit code. @param {string[]} args @param {Record<string, string>} env */
const shown = async (args, env) => (await runNode(args, { show: true, env })).code

/** @typedef {(args: string[], env: Record<string, string>) => Promise<number>} Run what runs Vitest, and answers its exit code */

/** @param {string} name @param {Run} run */
function vitestBy(name, run) {
  return async () => {
    const file = reportFile(name)
    const untestedFile = reportFile(`${name}-untested`)
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
    const code = await run(reporters, { EVERGATE_UNTESTED: untestedFile })
    const untested = existsSync(untestedFile) ? JSON.parse(readFileSync(untestedFile, 'utf8')) : []
    return { ...runnerResult(code, ofRunner(code, file, ofVitest)), untested, failures: failuresIn(file) }
  }
}

/** @param {...('unit' | 'apart' | 'fuzz' | 'edge' | 'stores' | 'packages' | 'next-features' | 'own-middleware' | 'integration' | 'load' | 'attack' | 'backends' | 'frameworks' | 'hosts')} projects */
function vitest(...projects) {
  const chosen = projects.flatMap((project) => ['--project', project])
  return vitestBy(projects.join('-'), (args, env) => shown([tools.vitest, 'run', ...chosen, ...args], env))
}

/** @param {string} name @param {Run} test */
function playwright(name, test) {
  return async (/** @type {string | undefined} */ browser) => {
    const file = reportFile(name)
    const code = await test(['--reporter=list,json'], {
      PLAYWRIGHT_JSON_OUTPUT_FILE: file,
      ...(browser ? { EVERGATE_CHROMIUM: browser } : {}),
    })
    return { ...runnerResult(code, ofRunner(code, file, ofPlaywright)), failures: failuresIn(file) }
  }
}

/** @param {Check['run']} run @returns {Check['run']} nothing, unless with `npm test -- --all` */
function inThorough(run) {
  return async (browser) =>
    process.env.EVERGATE_ALL ? run(browser) : { tally: { passed: 0, failed: 0, skipped: 0 } }
}

/**
 * Runs chains of checks side by side: installing and building packages leaves half of a small machine idle.
 * @param {...Record<string, Check['run']>} chains @returns {Check['run']}
 */
function beside(...chains) {
  return async (browser) => {
    const results = await Promise.all(
      chains.map(async (chain) => {
        const done = []
        for (const [name, run] of Object.entries(chain)) done.push({ name, ...(await run(browser)) })
        return done
      }),
    )
    const all = results.flat()
    const failed = all.filter(({ tally }) => tally.failed > 0).map(({ name }) => name)
    const tally = sum(all.map((result) => result.tally))
    return {
      tally,
      output: all.flatMap(({ output = '' }) => output).join('\n'),
      did: [inWords(tally), ...failed].join(', '),
      untested: all.flatMap(({ untested = [] }) => untested),
      failures: all.flatMap(({ failures = [] }) => failures),
    }
  }
}

async function size() {
  const how = process.env.EVERGATE_ALL ? [] : ['--quick']
  const { code, output } = await runNode([fromRoot('scripts', 'main.mjs'), 'size', ...how])
  return { tally: ofExitCode(code), output, did: output.trim().split('\n').at(-1) ?? '' }
}

/** A package that the registry lacks cannot be tried. A build that fails is a failure. */
async function vercel() {
  try {
    await provideVercel(() => {})
  } catch {
    const tally = { passed: 0, failed: 0, skipped: 1 }
    const reason = "the middleware as Vercel runs it (npm cannot fetch Vercel's command line)"
    return { tally, did: 'skipped: npm cannot fetch it', untested: [reason] }
  }
  return whole(vercelBuild)
}

/** Work that passes or fails as a whole. @param {(progress: () => void) => Promise<string>} work */
async function whole(work) {
  try {
    return { tally: ofExitCode(0), did: await work(() => {}) }
  } catch (error) {
    return { tally: ofExitCode(1), output: String(error instanceof Error ? error.message : error) }
  }
}

/** Tells, and does not fail: the same commit is to pass tomorrow as well. `npm run audit` is what fails. */
async function advisories() {
  const answer = await askForAdvisories()
  const tally = { passed: 0, failed: 0, skipped: 0 }
  const reason = 'advisories about dependencies (the registry does not answer)'
  if (!answer.asked) return { tally, did: 'not asked: the registry does not answer', untested: [reason] }
  const count = answer.findings.length
  return { tally, did: count > 0 ? `${count} high or critical: see npm run audit` : 'none high or critical' }
}

// Biome colours its output wherever it goes.
const colors = `--colors=${process.stdout.isTTY ? 'force' : 'off'}`
const sources = ['lib', 'auth-server', 'app', 'middleware.ts', 'instrumentation.ts', 'e2e']

/** @type {Check[]} */
export const checks = [
  {
    name: 'source',
    quick: true,
    run: beside(
      { 'format, lint': tool([tools.biome, 'ci', colors, '.']), 'dead code': tool([tools.knip]) },
      {
        types: tool([tools.next, 'typegen'], [tools.tsc, '--noEmit']),
        boundaries: tool([tools.depcruise, ...sources]),
      },
    ),
  },
  { name: 'unit', quick: true, shows: true, run: vitest('unit', 'apart', 'fuzz') },
  { name: 'edge', shows: true, run: vitest('edge') },
  { name: 'stores', rest: 'Redis Cluster', shows: true, run: vitest('stores') },
  // Before the build that the other tests run on, which it would replace.
  { name: 'vercel build', thorough: 'the middleware as Vercel runs it', run: vercel },
  { name: 'build', run: () => whole(buildStandalone) },
  {
    name: 'size',
    rest: 'what apiBackend and bindDevices add to the edge bundle',
    needsBuild: true,
    run: size,
  },
  {
    name: 'integration',
    rest: 'memory over 30,000 sessions',
    shows: true,
    needsBuild: true,
    run: vitest('integration'),
  },
  { name: 'load', shows: true, needsBuild: true, run: vitest('load') },
  { name: 'attack', shows: true, needsBuild: true, run: vitest('attack') },
  {
    name: 'attack otherwise',
    thorough: 'attacks on the app below a base path, in proxy.ts, on PostgreSQL',
    shows: true,
    run: vitestBy('attack-otherwise', attackOtherwise),
  },
  {
    name: 'other apps',
    rest: 'an app of Next 15, one with src/ and proxy.ts, one in JavaScript, pages below a base path',
    shows: true,
    run: beside(
      { packages: vitest('packages') },
      {
        'next features': vitest('next-features'),
        'own middleware': vitest('own-middleware'),
        'base path': inThorough(
          playwright('base-path', (args, env) => testBelowBasePath([...shortRun, ...args], env)),
        ),
      },
    ),
  },
  {
    name: 'backends',
    thorough: 'backends that are made with other people’s packages',
    shows: true,
    run: vitest('backends'),
  },
  {
    name: 'frameworks',
    thorough: 'apps of Hono, SvelteKit and Astro; an app built with OpenNext, for Cloudflare and for AWS',
    shows: true,
    run: vitest('frameworks', 'hosts'),
  },
  {
    name: 'e2e',
    rest: 'looks of pages, narrow and light, wide and dark; what unit tests and HTTP show as well',
    shows: true,
    needsBuild: true,
    run: playwright('e2e', (args, env) => shown([tools.playwright, 'test', ...args], env)),
  },
  { name: 'advisories', run: advisories },
]
