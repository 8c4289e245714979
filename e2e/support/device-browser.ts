import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, BrowserContextOptions } from '@playwright/test'
import { chromium } from '@playwright/test'
import { findBrowser } from './browser.mjs'
import { findOnPath } from './shared-cache.ts'

/** Browsers with device keys, each with a profile of its own. */
export type DeviceBrowsers = {
  open(options?: Pick<BrowserContextOptions, 'javaScriptEnabled'>): Promise<BrowserContext>
  close(): Promise<void>
}

/** Keys in software, and no origin trial. */
const FEATURES =
  'DeviceBoundSessions:RequireOriginTrialTokens/false,EnableBoundSessionCredentialsSoftwareKeysForManualTesting'

/**
 * Chromium binds sessions on Linux, too, with these features, and where the certificate is really trusted: one that is merely not
 * looked at switches it off without a word.
 *
 * @throws when there is no certutil.
 */
export async function deviceBrowsers(certificate: string): Promise<DeviceBrowsers> {
  const certutil = findOnPath('certutil')
  if (!certutil) throw new Error('there is no certutil on the path: apt-get install libnss3-tools')
  const home = await mkdtemp(join(tmpdir(), 'evergate-home-'))
  const store = join(home, '.pki', 'nssdb')
  mkdirSync(store, { recursive: true })
  const ask = (...args: readonly string[]) =>
    execFileSync(certutil, [...args, '-d', `sql:${store}`], { stdio: 'pipe' })
  ask('-N', '--empty-password')
  ask('-A', '-t', 'C,,', '-n', 'evergate', '-i', certificate)
  const file = findBrowser()?.file
  const opened: BrowserContext[] = []
  return {
    async open(options = {}) {
      const context = await chromium.launchPersistentContext(join(home, `profile-${opened.length}`), {
        ...options,
        ...(file && { executablePath: file }),
        env: { ...process.env, HOME: home } as Record<string, string>,
        args: [
          `--enable-features=${FEATURES}`,
          '--disable-background-networking',
          '--disable-component-update',
          '--disable-sync',
          '--disable-quic',
          ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        ],
      })
      opened.push(context)
      return context
    },
    async close() {
      for (const context of opened) await context.close()
      await rm(home, { recursive: true, force: true })
    },
  }
}
