import { afterEach, expect, it, vi } from 'vitest'
import test from './test.mjs'

const tally = (passed: number, failed = 0) => ({ passed, failed, skipped: 0 })
const { checks } = vi.hoisted(() => ({ checks: [] as object[] }))
vi.mock('./checks.mjs', () => ({ checks }))
vi.mock('./set-up.mjs', () => ({ setUp: async () => {} }))
vi.mock('../../e2e/support/browser.mjs', () => ({
  provideBrowser: async () => ({ file: 'chromium', did: '' }),
}))
vi.mock('../../e2e/support/servers.mjs', () => ({ provideServers: async () => '' }))

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  process.exitCode = 0
})

/** The lines of a run over these checks, those at its exit included. */
async function linesOf(args: string[], ...fakes: object[]): Promise<string[]> {
  checks.splice(0, checks.length, ...fakes)
  const lines: string[] = []
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
  const atExit = vi.spyOn(process, 'once').mockReturnThis()
  vi.stubEnv('EVERGATE_ALL', '')
  await test(args)
  for (const [event, listener] of atExit.mock.calls) if (event === 'exit') (listener as () => void)()
  return lines
}

it('the closing line sums the tests of all checks, and comes last', async () => {
  const failing = { name: 'e2e', run: async () => ({ tally: tally(3, 1), output: 'it broke' }) }
  const lines = await linesOf([], { name: 'unit', run: async () => ({ tally: tally(7) }) }, failing)
  expect(lines.at(-1)).toBe('10 passed, 1 failed')
  expect(lines.join('\n')).toContain('it broke')
  expect(process.exitCode).toBe(1)
})

it('a check that was left out, or a part of one, is named before it', async () => {
  const run = async () => ({ tally: tally(1), untested: ['nginx (no nginx on the path)'] })
  const all = [
    { name: 'stores', rest: 'Redis Cluster', run },
    { name: 'vercel', thorough: 'the middleware as Vercel runs it', run },
  ]
  expect((await linesOf([], ...all)).slice(-4)).toEqual([
    'not tested here: Redis Cluster (npm test -- --all does)',
    'not tested here: nginx (no nginx on the path)',
    'not tested here: the middleware as Vercel runs it (npm test -- --all does)',
    '1 passed, 0 failed',
  ])
  expect((await linesOf(['--all'], ...all)).at(-1)).toBe('2 passed, 0 failed')
})

it('failed tests are named at the end, a check without tests by its own name', async () => {
  const failing = { tally: tally(3, 1), failures: ['refresh.test.ts > it renews: expected 1 to be 2'] }
  const lines = await linesOf(
    [],
    { name: 'source', run: async () => ({ tally: tally(0, 1), output: 'a type is wrong' }) },
    { name: 'stores', run: async () => failing },
    { name: 'load', run: async () => ({ tally: tally(1), failures: [] }) },
  )
  expect(lines.slice(-3)).toEqual([
    'failed: source',
    'failed: refresh.test.ts > it renews: expected 1 to be 2',
    '4 passed, 2 failed',
  ])
})

it('without a build, the checks that need one are skipped', async () => {
  const build = { name: 'build', run: async () => ({ tally: tally(0, 1), output: '' }) }
  const lines = await linesOf([], build, {
    name: 'e2e',
    needsBuild: true,
    run: async () => ({ tally: tally(9) }),
  })
  expect(lines.at(-1)).toBe('0 passed, 1 failed, 1 skipped')
})
