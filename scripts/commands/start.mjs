import { build, buildId } from '../lib/build.mjs'
import { setting } from '../lib/env-file.mjs'
import { appHost, isLocal } from '../lib/host.mjs'
import { appPart, authPart, withDemo } from '../lib/parts.mjs'
import { appPort, assertFree, authPort } from '../lib/ports.mjs'
import { Problem } from '../lib/problem.mjs'
import { setUp } from '../lib/set-up.mjs'
import { secondsSince, step } from '../lib/steps.mjs'
import { runAlone, runTogether } from '../lib/together.mjs'

/** Set-up, build, and both parts until Ctrl-C. */
async function startBoth() {
  const began = performance.now()
  const [app, auth] = [appPort(), authPort()]
  await assertFree(app, auth)
  await setUp()
  await step('build', build)
  const parts = [authPart(auth.port), withDemo(appPart(app.port, auth.port))]
  await runTogether(parts, () => {
    console.log(`\nEvergate answers at http://${appHost().url}:${app.port} after ${secondsSince(began)}.`)
    if (isLocal() && !setting('STORE_URL')) console.log('Sign in as demo@example.com with demo-password-123.')
    console.log('Ctrl-C ends it.\n')
  })
}

async function startApp() {
  const port = appPort()
  await assertFree(port)
  await setUp(['app'])
  if (!buildId()) throw new Problem('There is no production build yet: run `npm run build` first.')
  await runAlone(appPart(port.port, authPort().port))
}

async function startAuth() {
  const port = authPort()
  await assertFree(port)
  await setUp(['auth'])
  await runAlone(authPart(port.port))
}

/** @param {string[]} args the part to start, or nothing for both */
export default async function start([part]) {
  if (part === undefined) await startBoth()
  else if (part === 'app') await startApp()
  else if (part === 'auth') await startAuth()
  else throw new Problem(`There is no part named "${part}": it is app or auth.`)
}
