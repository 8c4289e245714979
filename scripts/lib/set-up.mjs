import { installDependencies } from './install.mjs'
import { withLock } from './lock.mjs'
import { makeSecrets } from './secrets.mjs'
import { prepareStore } from './store.mjs'

/**
 * Does what is missing, and only that, with a line for each step.
 *
 * @param {import('./secrets.mjs').PartName[]} [parts] what will run afterwards
 */
export function setUp(parts = ['app', 'auth']) {
  return withLock(async () => {
    await installDependencies()
    await makeSecrets(parts)
    if (parts.includes('auth')) await prepareStore()
  })
}
