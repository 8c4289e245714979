import { build, buildId } from '../lib/build.mjs'
import { setting } from '../lib/env-file.mjs'
import { appHost, isLocal } from '../lib/host.mjs'
import { appPart, authPart, withDemo, withMailbox } from '../lib/parts.mjs'
import { appPort, assertFree, authPort } from '../lib/ports.mjs'
import { Problem } from '../lib/problem.mjs'
import { setUp } from '../lib/set-up.mjs'
import { secondsSince, step } from '../lib/steps.mjs'
import { runAlone, runTogether } from '../lib/together.mjs'
import { welcome } from '../lib/welcome.mjs'

/** Set-up, build, and both parts until Ctrl-C. */
async function startBoth() {
  const began = performance.now()
  const [app, auth] = [appPort(), authPort()]
  await assertFree(app, auth)
  await setUp()
  await step('build', build)
  const appInDemo = withDemo(appPart(app.port, auth.port))
  await runTogether([withMailbox(authPart(auth.port), appInDemo.url), appInDemo], () => {
    const lines = welcome({
      url: `http://${appHost().url}:${app.port}`,
      took: secondsSince(began),
      isLocal: isLocal(),
      hasAccounts: isLocal() && !setting('STORE_URL'),
      isDemo: (appInDemo.env.EVERGATE_DEMO ?? setting('EVERGATE_DEMO')) === '1',
    })
    console.log(`\n${lines.join('\n')}\n`)
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
