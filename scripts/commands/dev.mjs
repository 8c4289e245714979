import { appPart, authPart, withDemo, withMailbox } from '../lib/parts.mjs'
import { appPort, assertFree, authPort } from '../lib/ports.mjs'
import { setUp } from '../lib/set-up.mjs'
import { runTogether } from '../lib/together.mjs'

/** Set-up and both parts, each of which takes up changes by itself. */
export default async function dev() {
  const [app, auth] = [appPort(), authPort()]
  await assertFree(app, auth)
  await setUp()
  const appInDemo = withDemo(appPart(app.port, auth.port, 'dev'))
  const parts = [withMailbox(authPart(auth.port, ['--watch']), appInDemo.url), appInDemo]
  await runTogether(parts, () => console.log('\nBoth reload on change; Ctrl-C ends them.\n'))
}
