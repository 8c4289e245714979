import { cpSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../../scripts/testing/free-port.ts'
import type { Running } from '../../support/processes.ts'
import { runIn } from '../../support/processes.ts'
import type { Place } from './place.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** Starts the build's `output: 'standalone'` beside `place`, which it shares the auth server with. */
export async function startStandalone(folder: string, place: Place): Promise<Running> {
  const target = join(folder, '.next/standalone', relative(ROOT, folder))
  // Next's documentation says to copy these.
  cpSync(join(folder, 'public'), join(target, 'public'), { recursive: true })
  cpSync(join(folder, '.next/static'), join(target, '.next/static'), { recursive: true })
  const port = await freePort()
  const env = {
    ...place.env,
    NODE_ENV: 'production',
    HOSTNAME: '0.0.0.0',
    PORT: String(port),
    REMOTE_API: place.line.url,
  }
  return runIn(target, ['node', 'server.js'], env, `http://localhost:${port}`, '/icon.svg')
}
