import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, BrowserContextOptions } from '@playwright/test'
import { chromium } from '@playwright/test'
import { findBrowser } from './browser.mjs'
import { findOnPath } from './shared-cache.ts'

type OpenOptions = Pick<BrowserContextOptions, 'javaScriptEnabled'> & {
  /** Names the profile. Default: one of its own. A browser that was closed goes on with its own by this name. */
  readonly profile?: string
}

/** Browsers with device keys. */
export type DeviceBrowsers = {
  open(options?: OpenOptions): Promise<BrowserContext>
  /** The device loses its keys: they leave the profile of a browser that is closed, whose cookies stay. */
  loseKeys(profile: string): Promise<void>
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
    async open({ profile = `profile-${opened.length}`, ...options } = {}) {
      const context = await chromium.launchPersistentContext(join(home, profile), {
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
    async loseKeys(profile) {
      const folder = join(home, profile, 'Default')
      const files = (await readdir(folder)).filter((name) => name.startsWith('Device Bound Sessions'))
      if (files.length === 0) throw new Error(`no keys in ${folder}`)
      for (const name of files) await rm(join(folder, name))
    },
    async close() {
      for (const context of opened) await context.close()
      await rm(home, { recursive: true, force: true })
    },
  }
}
