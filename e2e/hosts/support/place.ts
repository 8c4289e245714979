import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLine } from '../../support/line.ts'
import type { Running } from '../../support/processes.ts'
import { startAuthServer } from '../../support/processes.ts'

/** Runs the app's build with these variables, in a runtime of the host's. */
export type Host = {
  readonly name: string
  /** Builds the app, and says what its output weighs. */
  build(): Promise<void>
  start(env: Readonly<Record<string, string>>): Promise<Running>
}

const secret = () => randomBytes(32).toString('base64url')

/** The app on a host, a real auth server, and a line between the two that counts calls and can be cut. */
export async function startPlace(host: Host) {
  const folder = await mkdtemp(join(tmpdir(), 'evergate-hosts-'))
  const shared = { ETLS_ACCESS: secret(), GATEWAY_SECRET: secret(), FEED_SECRET: secret() }
  const auth = await startAuthServer({
    ...shared,
    NODE_ENV: 'test',
    ETLS_REFRESH: secret(),
    STORE_URL: `sqlite:${join(folder, 'auth.db')}`,
  })
  const line = await openLine(auth.url)
  const app = await host.start({
    ...shared,
    REMOTE_API: line.url,
    LOG_LEVEL: 'debug',
    COOKIE_SECURE: 'false',
  })
  return {
    url: app.url,
    auth,
    line,
    accessSecret: shared.ETLS_ACCESS,
    output: app.output,
    async stop() {
      await app.stop()
      await Promise.all([auth.stop(), line.close()])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export type Place = Awaited<ReturnType<typeof startPlace>>
