import { join } from 'node:path'
import { freePort } from '../../../scripts/testing/free-port.ts'
import { exitOf, launch, untilReady } from '../../support/processes.ts'
import { FOLDER } from './packages.ts'
import type { Host } from './place.ts'

const APP = join(FOLDER, 'app')
const ADAPTER = join(FOLDER, 'node_modules/@opennextjs/cloudflare/dist/cli/index.js')
const WRANGLER = join(FOLDER, 'node_modules/wrangler/wrangler-dist/cli.js')
/** The tools ask nobody, neither a person nor a server. */
const ALONE = {
  CI: '1',
  NEXT_TELEMETRY_DISABLED: '1',
  WRANGLER_SEND_METRICS: 'false',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
}

/** Built by `@opennextjs/cloudflare`, run in workerd by wrangler. */
export const cloudflare: Host = {
  name: 'OpenNext for Cloudflare, in workerd',
  async build() {
    const { child, output } = launch([ADAPTER, 'build'], ALONE, APP)
    if ((await exitOf(child)) !== 0) throw new Error(`the app could not be built:\n${output()}`)
  },
  async start(env) {
    const [port, inspectorPort] = [await freePort(), await freePort()]
    const url = `http://localhost:${port}`
    const variables = Object.entries(env).flatMap(([name, value]) => ['--var', `${name}:${value}`])
    const ports = ['--port', String(port), '--inspector-port', String(inspectorPort)]
    const args = [
      WRANGLER,
      'dev',
      ...ports,
      '--ip',
      '127.0.0.1',
      '--show-interactive-dev-session=false',
      ...variables,
    ]
    // A file: the first page of an isolate is left to the tests.
    return untilReady(launch(args, ALONE, APP), url, `${url}/ready.txt`, 60_000)
  },
}
