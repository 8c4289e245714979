import { defineConfig } from '@playwright/test'
import { findBrowser } from './e2e/support/browser.mjs'

const browser = findBrowser()
const isRoot = process.getuid?.() === 0

export default defineConfig({
  testDir: 'e2e/browser',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  // A test that passes only sometimes fails.
  retries: 0,
  // Each has a stack and a browser of its own.
  workers: 2,
  // With `npm test -- --all`.
  ...(process.env.EVERGATE_ALL ? {} : { grepInvert: /@thorough/ }),
  forbidOnly: Boolean(process.env.CI),
  reporter: 'list',
  projects: [
    {
      name: 'chromium',
      use: {
        browserName: 'chromium',
        launchOptions: {
          ...(browser ? { executablePath: browser.file } : {}),
          args: [
            '--disable-background-networking',
            '--disable-component-update',
            '--disable-sync',
            '--disable-quic',
            ...(isRoot ? ['--no-sandbox'] : []),
          ],
        },
      },
    },
  ],
})
