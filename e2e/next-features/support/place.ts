import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../../scripts/testing/free-port.ts'
import type { Line } from '../../support/line.ts'
import { openLine } from '../../support/line.ts'
import type { Running } from '../../support/processes.ts'
import { launch, startAuthServer, untilReady } from '../../support/processes.ts'
import type { FeaturesBuild } from './build.ts'
import type { Upstream } from './upstream.ts'
import { startUpstream } from './upstream.ts'

/** The fixture app, an auth server, the line between them, and the server that its rewrites lead to. */
export type Place = {
  readonly app: Running
  readonly auth: Running
  readonly line: Line
  readonly upstream: Upstream
  readonly accessSecret: string
  readonly env: Readonly<Record<string, string>>
  stop(): Promise<void>
}

const secret = () => randomBytes(32).toString('base64url')

/** Starts the fixture app's build; `env` goes to it and to the auth server. */
export async function startPlace(
  { folder, upstreamPort }: FeaturesBuild,
  env: Readonly<Record<string, string>> = {},
): Promise<Place> {
  const data = await mkdtemp(join(tmpdir(), 'evergate-features-'))
  const accessSecret = secret()
  const all = {
    NODE_ENV: 'test',
    ETLS_ACCESS: accessSecret,
    ETLS_REFRESH: secret(),
    GATEWAY_SECRET: secret(),
    STORE_URL: `sqlite:${join(data, 'auth.db')}`,
    UPSTREAM: `http://127.0.0.1:${upstreamPort}`,
    ...env,
  }
  const [auth, upstream] = await Promise.all([startAuthServer(all), startUpstream(upstreamPort)])
  const line = await openLine(auth.url)
  const port = await freePort()
  const url = `http://localhost:${port}`
  const next = join(import.meta.dirname, '../../../node_modules/next/dist/bin/next')
  const app = await untilReady(
    launch(
      [next, 'start', '-p', String(port)],
      { ...all, NODE_ENV: 'production', REMOTE_API: line.url },
      folder,
    ),
    url,
    `${url}/sw.js`,
  )
  return {
    app,
    auth,
    line,
    upstream,
    accessSecret,
    env: all,
    async stop() {
      await app.stop()
      await Promise.all([auth.stop(), line.close(), upstream.close()])
      await rm(data, { recursive: true, force: true })
    },
  }
}
