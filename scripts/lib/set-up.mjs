import { installDependencies } from './install.mjs'
import { withLock } from './lock.mjs'
import { Problem } from './problem.mjs'
import { runNode } from './run.mjs'
import { makeSecrets } from './secrets.mjs'
import { step } from './steps.mjs'

/** Does what is missing, and only that, with a line for each step. @param {import('./secrets.mjs').PartName[]} [parts] that will run */
export function setUp(parts = ['app', 'auth']) {
  return withLock(async () => {
    await installDependencies()
    await makeSecrets(parts)
    if (parts.includes('auth')) await step('store', prepareStore)
  })
}

/** Migrates the auth server's store and makes the demo users in an empty one; it says itself what it did. */
async function prepareStore() {
  const { code, stdout, output } = await runNode(['auth-server/setup.ts'])
  if (code !== 0) throw new Problem(output.trim() || `auth-server/setup.ts ended with exit code ${code}.`)
  return stdout.trim().replace(/^store:?\s+/, '')
}
