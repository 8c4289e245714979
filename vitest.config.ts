import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

// What every kind of store must do alike: on SQLite with the unit tests, on the others where servers are started.
const onEachStore = 'auth-server/**/*.each-store.test.ts'
const onServers = 'auth-server/**/*.server.test.ts'
// What starts one process after the other: half a minute that `npm run check` need not wait for.
const onProcesses = '{auth-server/{example,main,users,users-factors,setup,healing},lib/cli/main}.test.ts'

// Their files share a process, modules and all, which halves the time of them. A test file elsewhere may replace a module,
// a global or the clock.
const inOneProcess = [
  '{lib/{gateway,backend,held-session,oauth2,opentelemetry,cli},auth-server,bench/{lib,report,growth,refresh-profile}}/**/*.test.ts',
]

// What holds on the edge alone.
const onEdge = 'lib/**/*.edge.test.ts'

// Random input for every parser. `npm run fuzz` gives each more time.
const onAnyInput = '{lib,auth-server}/**/*.fuzz.test.ts'

// What fills a machine by itself, and whose findings depend on that: one file after the other, when the rest is done.
const onLoad = 'e2e/{storm/storm,simulation/ended-times,http/renewal-attack,http/parallel}.test.ts'

// Tests wait a good deal, for processes that start and for servers that come back: Vitest's own "one less than cores"
// would leave a small machine idle.
const maxWorkers = availableParallelism() + 1

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: inOneProcess,
          exclude: ['**/node_modules/**', onServers, onProcesses, onEdge, onAnyInput],
          isolate: false,
          maxWorkers,
          // A slow machine is no finding.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'apart',
          include: ['{lib,scripts,app,e2e/protections,bench/size}/**/*.test.ts'],
          exclude: ['**/node_modules/**', ...inOneProcess, onEdge, onAnyInput],
          globalSetup: 'scripts/testing/docs/report-missing.ts',
          maxWorkers,
          // It imports `next/server`, which only a bundler finds.
          server: { deps: { inline: ['next-intl'] } },
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'fuzz',
          include: [onAnyInput],
          isolate: false,
          maxWorkers,
        },
      },
      {
        test: {
          name: 'edge',
          include: ['lib/gateway/**/*.test.ts'],
          exclude: [onAnyInput],
          environment: 'edge-runtime',
          // A context of @edge-runtime/vm, and not Node's own with a few globals changed.
          pool: 'vmForks',
          maxWorkers,
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'stores',
          include: [onEachStore, onServers, onProcesses],
          isolate: false,
          globalSetup: 'auth-server/testing/servers.ts',
          maxWorkers,
          // Servers are started and killed in some: a slow machine is no finding.
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'packages',
          include: ['e2e/packages/**/*.test.ts'],
          globalSetup: 'e2e/packages/support/packed.ts',
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
      {
        test: {
          name: 'next-features',
          include: ['e2e/next-features/*.test.ts'],
          // One build for all files.
          globalSetup: 'e2e/next-features/support/build.ts',
          fileParallelism: false,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'own-middleware',
          include: ['e2e/own-middleware/*.test.ts'],
          // Two builds for all files.
          globalSetup: 'e2e/own-middleware/support/build.ts',
          fileParallelism: false,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'attack',
          include: ['e2e/attack/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'backends',
          include: ['e2e/backends/*.test.ts'],
          globalSetup: 'e2e/backends/support/packages.ts',
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'frameworks',
          include: ['e2e/frameworks/foreign/*.test.ts'],
          globalSetup: 'e2e/frameworks/support/packages.ts',
          fileParallelism: false,
          testTimeout: 30_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'hosts',
          include: ['e2e/hosts/*.test.ts'],
          globalSetup: 'e2e/hosts/support/packages.ts',
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['e2e/{http,oauth2,simulation,storm}/**/*.test.ts', 'e2e/frameworks/*.test.ts'],
          exclude: [onLoad],
          globalSetup: 'e2e/support/report-missing.ts',
          maxWorkers,
          sequence: { groupOrder: 1 },
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'load',
          include: [onLoad],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
