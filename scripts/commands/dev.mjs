import { appPart, authPart, withDemo } from '../lib/parts.mjs'
import { appPort, assertFree, authPort } from '../lib/ports.mjs'
import { setUp } from '../lib/set-up.mjs'
import { runTogether } from '../lib/together.mjs'

/** Set-up and both parts, each of which takes up changes by itself. */
export default async function dev() {
  const [app, auth] = [appPort(), authPort()]
  await assertFree(app, auth)
  await setUp()
  const parts = [authPart(auth.port, ['--watch']), withDemo(appPart(app.port, auth.port, 'dev'))]
  await runTogether(parts, () => console.log('\nBoth reload on change; Ctrl-C ends them.\n'))
}
