import { build, buildId } from './build.mjs'
import { setting } from './env-file.mjs'
import { appHost, isLocal } from './host.mjs'
import { appPart, authPart, withDemo, withFactors, withMailbox } from './parts.mjs'
import { appPort, assertFree, authPort } from './ports.mjs'
import { Problem } from './problem.mjs'
import { setUp } from './set-up.mjs'
import { secondsSince, step } from './steps.mjs'
import { runAlone, runTogether } from './together.mjs'
import { welcome } from './welcome.mjs'

/** Set-up, a build unless both parts take up changes by themselves, and both parts until Ctrl-C. @param {'start' | 'dev'} mode */
export async function startBoth(mode) {
  const began = performance.now()
  const [app, auth] = [appPort(), authPort()]
  await assertFree(app, auth)
  await setUp()
  if (mode === 'start') await step('build', build)
  const bareApp = withDemo(appPart(app.port, auth.port, mode))
  const appInDemo = withFactors(withMailbox(bareApp, bareApp.url), bareApp.url)
  const bareAuth = authPart(auth.port, mode === 'dev' ? ['--watch'] : [])
  const authInDemo = withFactors(withMailbox(bareAuth, bareApp.url), bareApp.url)
  await runTogether([authInDemo, appInDemo], () => {
    const facts = {
      url: `http://${appHost().url}:${app.port}`,
      took: secondsSince(began),
      isLocal: isLocal(),
      hasAccounts: isLocal() && !setting('STORE_URL'),
      isDemo: (appInDemo.env.EVERGATE_DEMO ?? setting('EVERGATE_DEMO')) === '1',
    }
    const lines = mode === 'dev' ? ['Both reload on change; Ctrl-C ends them.'] : welcome(facts)
    console.log(`\n${lines.join('\n')}\n`)
  })
}

/** @param {string} part */
export async function startOne(part) {
  if (part !== 'app' && part !== 'auth')
    throw new Problem(`There is no part named "${part}": it is app or auth.`)
  const port = part === 'app' ? appPort() : authPort()
  await assertFree(port)
  await setUp([part])
  if (part === 'auth') return runAlone(authPart(port.port))
  if (!buildId()) throw new Problem('There is no production build yet: run `npm run build` first.')
  await runAlone(appPart(port.port, authPort().port))
}
