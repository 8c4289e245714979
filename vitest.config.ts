import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{lib,auth-server,scripts}/**/*.test.ts'],
          globalSetup: 'auth-server/testing/servers.ts',
        },
      },
      {
        test: {
          name: 'integration',
          include: ['e2e/{http,simulation}/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
