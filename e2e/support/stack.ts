import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Line } from './line.ts'
import { openLine } from './line.ts'
import type { Running } from './processes.ts'
import { startApp, startAuthServer } from './processes.ts'

/** The whole product on ports of its own: the app, the auth server, and between them a line that can be watched and cut. */
export type Stack = {
  readonly app: Running
  readonly auth: Running
  readonly line: Line
  /** The HS256 secret of access tokens, so that a test can make one of any age. */
  readonly accessSecret: string
  readonly env: Readonly<Record<string, string>>
  stop(): Promise<void>
}

const secret = () => randomBytes(32).toString('base64url')

/** Starts a stack with a store of its own; `env` goes to both parts. */
export async function startStack(env: Readonly<Record<string, string>> = {}): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), 'evergate-'))
  const accessSecret = secret()
  const all = {
    NODE_ENV: 'test',
    ETLS_ACCESS: accessSecret,
    ETLS_REFRESH: secret(),
    GATEWAY_SECRET: secret(),
    STORE_URL: `sqlite:${join(folder, 'auth.db')}`,
    ...env,
  }
  const auth = await startAuthServer(all)
  const line = await openLine(auth.url)
  const app = await startApp({ ...all, NODE_ENV: 'production', REMOTE_API: line.url })
  return {
    app,
    auth,
    line,
    accessSecret,
    env: all,
    async stop() {
      await app.stop()
      await Promise.all([auth.stop(), line.close()])
      await rm(folder, { recursive: true, force: true })
    },
  }
}
