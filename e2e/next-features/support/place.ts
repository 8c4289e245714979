import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Line } from '../../support/line.ts'
import { openLine } from '../../support/line.ts'
import type { Running } from '../../support/processes.ts'
import { startAuthServer } from '../../support/processes.ts'
import { startApp } from './app.ts'
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
  const app = await startApp({ folder, upstreamPort }, { ...all, REMOTE_API: line.url })
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
