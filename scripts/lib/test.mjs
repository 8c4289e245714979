import { provideBrowser } from '../../e2e/support/browser.mjs'
import { provideServers } from '../../e2e/support/servers.mjs'
import { buildId } from './build.mjs'
import { checks } from './checks.mjs'
import { setUp } from './set-up.mjs'
import { say, secondsSince, step } from './steps.mjs'
import { inWords, ofExitCode, sum } from './tally.mjs'

/** @param {import('./checks.mjs').Check} check @param {string} [browser] */
async function perform({ name, run, shows }, browser) {
  if (shows || process.stdout.isTTY) say(name, 'running …')
  const result = await step(name, async () => {
    const done = await run(browser)
    return { ...done, did: done.did ?? inWords(done.tally) }
  })
  if (result.tally.failed > 0 && result.output) console.log(`\n${result.output.trim()}\n`)
  return result
}

/** @param {'quick' | 'usual' | 'all'} extent */
async function performAll(extent) {
  const quick = extent === 'quick'
  if (extent === 'all') process.env.EVERGATE_ALL = '1'
  /** @type {import('./tally.mjs').Tally[]} */
  const tallies = []
  /** @type {string[]} */
  const untested = []
  /** @type {string[]} */
  const failures = []
  const browser = quick ? undefined : await step('browser', provideBrowser)
  if (!quick) await step('servers', provideServers)
  let isBuilt = true
  for (const check of checks) {
    if (quick && !check.quick) continue
    const left = extent === 'usual' ? (check.thorough ?? check.rest) : undefined
    if (left) untested.push(`${left} (npm test -- --all does)`)
    if (check.thorough && extent !== 'all') continue
    if (check.needsBuild && !isBuilt) {
      say(check.name, 'skipped: there is no build')
      tallies.push({ passed: 0, failed: 0, skipped: 1 })
      continue
    }
    const result = await perform(check, browser?.file)
    if (check.name === 'build') isBuilt = result.tally.failed === 0 && buildId() !== undefined
    tallies.push(result.tally)
    untested.push(...(result.untested ?? []))
    const isNamed = result.tally.failed === 0 || (result.failures ?? []).length > 0
    failures.push(...(isNamed ? (result.failures ?? []) : [check.name]))
  }
  return { total: sum(tallies), untested, failures }
}

/** @param {string[]} args `--quick` leaves out what needs servers, a build or a browser; `--all` leaves out nothing */
export default async function test(args) {
  const began = performance.now()
  /** @type {Awaited<ReturnType<typeof performAll>>} */
  let result = { total: ofExitCode(1), untested: [], failures: [] }
  try {
    await setUp()
    result = await performAll(args.includes('--quick') ? 'quick' : args.includes('--all') ? 'all' : 'usual')
    say('all', secondsSince(began))
  } finally {
    if (result.total.failed > 0) process.exitCode = 1
    // The closing line stands alone and comes last, also after a set-up that failed.
    process.once('exit', () => {
      for (const failure of result.failures) console.log(`failed: ${failure}`)
      for (const what of result.untested) console.log(`not tested here: ${what}`)
      console.log(inWords(result.total))
    })
  }
}
