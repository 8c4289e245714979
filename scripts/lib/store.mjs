import { Problem } from './problem.mjs'
import { runNode } from './run.mjs'
import { step } from './steps.mjs'

/** Migrates the auth server's store and makes the demo users in an empty one; it says itself what it did. */
export function prepareStore() {
  return step('store', async () => {
    const { code, stdout, output } = await runNode(['auth-server/setup.ts'])
    if (code !== 0) throw new Problem(output.trim() || `auth-server/setup.ts ended with exit code ${code}.`)
    return stdout.trim().replace(/^store:?\s+/, '')
  })
}
