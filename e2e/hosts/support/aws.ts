import { join } from 'node:path'
import { freePort } from '../../../scripts/testing/free-port.ts'
import { exitOf, launch, untilReady } from '../../support/processes.ts'
import { FOLDER } from './packages.ts'
import type { Host } from './place.ts'

const APP = join(FOLDER, 'app')
const ADAPTER = join(FOLDER, 'node_modules/@opennextjs/aws/dist/index.js')
const BUNDLE = join(APP, '.open-next/server-functions/default')
const LAMBDA = join(import.meta.dirname, 'lambda.mjs')

/** Built by `@opennextjs/aws`, its handler run in Node as Lambda runs it: an instance has one request at a time. */
export const aws: Host = {
  name: 'OpenNext for AWS, its handler in Node',
  async build() {
    const args = [ADAPTER, 'build', '--config-path', 'open-next.aws.config.ts']
    const { child, output } = launch(args, { CI: '1', NEXT_TELEMETRY_DISABLED: '1' }, APP)
    if ((await exitOf(child)) !== 0) throw new Error(`the app could not be built:\n${output()}`)
  },
  async start(env) {
    const port = String(await freePort())
    const url = `http://localhost:${port}`
    // As Lambda has it.
    const lambda = { AWS_REGION: 'eu-central-1', AWS_LAMBDA_FUNCTION_NAME: 'app' }
    return untilReady(
      launch([LAMBDA, BUNDLE], { ...lambda, ...env, PORT: port }, BUNDLE),
      url,
      `${url}/login`,
    )
  },
}
