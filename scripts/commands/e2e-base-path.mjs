import { testBelowBasePath } from '../../e2e/support/base-path.mjs'
import { provideBrowser } from '../../e2e/support/browser.mjs'
import { setUp } from '../lib/set-up.mjs'
import { step } from '../lib/steps.mjs'

/** @param {string[]} args for Playwright: parts of the names of test files, or nothing for all of them */
export default async function endToEndBelowBasePath(args) {
  await setUp()
  const browser = await step('browser', provideBrowser)
  process.exitCode = await testBelowBasePath(args, browser.file ? { EVERGATE_CHROMIUM: browser.file } : {})
}
