import { join } from 'node:path'
import { freePort } from '../../../scripts/testing/free-port.ts'
import type { Running } from '../../support/processes.ts'
import { launch, untilReady } from '../../support/processes.ts'
import type { FeaturesBuild } from './build.ts'

const NEXT = join(import.meta.dirname, '../../../node_modules/next/dist/bin/next')

/** Starts the fixture app's build with `next start`. `host` is what it listens on. */
export async function startApp(
  { folder }: FeaturesBuild,
  env: Readonly<Record<string, string>>,
  host?: string,
): Promise<Running> {
  const port = await freePort()
  const url = `http://${host ?? 'localhost'}:${port}`
  const args = [NEXT, 'start', '-p', String(port), ...(host === undefined ? [] : ['-H', host])]
  return untilReady(launch(args, { ...env, NODE_ENV: 'production' }, folder), url, `${url}/icon.svg`)
}
