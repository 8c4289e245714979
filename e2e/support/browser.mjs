import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fromRoot, onPath, tools } from '../../scripts/lib/paths.mjs'
import { Problem } from '../../scripts/lib/problem.mjs'
import { runNode } from '../../scripts/lib/run.mjs'
import { canInstall, install } from './apt.mjs'

const systemNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** Playwright's own browser, wherever its version and the environment put it. */
function playwrightsOwn() {
  const require = createRequire(fromRoot('package.json'))
  return /** @type {typeof import('playwright')} */ (require('playwright')).chromium.executablePath()
}

/** A browser whose libraries are missing, or a stub of one, is none. @param {string} file */
function version(file) {
  if (!existsSync(file)) return undefined
  const { status, stdout } = spawnSync(file, ['--version'], { encoding: 'utf8', timeout: 30_000 })
  return status === 0 ? stdout.trim() : undefined
}

/** @typedef {{ file: string, version: string }} Browser */

/**
 * The browser named by `EVERGATE_CHROMIUM`, else Playwright's own, else the system's.
 *
 * @returns {Browser | undefined}
 */
export function findBrowser() {
  const named = process.env.EVERGATE_CHROMIUM
  const candidates = named ? [named] : [playwrightsOwn(), ...systemNames.map(onPath)]
  for (const file of candidates) {
    const found = file && version(file)
    if (found) return { file, version: found }
  }
  if (named) throw new Problem(`EVERGATE_CHROMIUM names a browser that does not run: ${named}`)
  return undefined
}

/** @type {{ doing: string, can: () => boolean, install: () => Promise<unknown> }[]} */
const installers = [
  {
    doing: "downloading Playwright's Chromium",
    can: () => true,
    install: () => runNode([tools.playwright, 'install', 'chromium'], { timeout: 600_000 }),
  },
  {
    doing: 'installing the system package chromium with apt-get',
    can: canInstall,
    install: () => install('chromium'),
  },
]

/**
 * A browser to test in: one that is there, or one that can be installed.
 *
 * @param {(doing: string) => void} progress
 * @returns {Promise<Browser & { did: string }>}
 */
export async function provideBrowser(progress) {
  let browser = findBrowser()
  for (const installer of installers) {
    if (browser || !installer.can()) continue
    progress(installer.doing)
    await installer.install()
    browser = findBrowser()
  }
  if (!browser) {
    throw new Problem(
      'No Chromium could be found or installed: install one, or name it with EVERGATE_CHROMIUM=/path/to/it.',
    )
  }
  return { ...browser, did: `${browser.version}, ${browser.file}` }
}
