import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../../scripts/testing/free-port.ts'
import type { Running } from '../../support/processes.ts'
import { launch, startAuthServer, untilReady } from '../../support/processes.ts'
import { FOLDER, NEXT } from './build.ts'

/** An auth server, in front of which the fixture app can be started in each of its forms. */
export type Place = {
  readonly auth: Running
  readonly accessSecret: string
  startApp(env: Readonly<Record<string, string>>): Promise<Running>
  stop(): Promise<void>
}

const secret = () => randomBytes(32).toString('base64url')

export async function startPlace(): Promise<Place> {
  const data = await mkdtemp(join(tmpdir(), 'evergate-own-middleware-'))
  const accessSecret = secret()
  const secrets = { ETLS_ACCESS: accessSecret, ETLS_REFRESH: secret(), GATEWAY_SECRET: secret() }
  const auth = await startAuthServer({
    ...secrets,
    NODE_ENV: 'test',
    STORE_URL: `sqlite:${join(data, 'auth.db')}`,
  })
  return {
    auth,
    accessSecret,
    async startApp(env) {
      const port = await freePort()
      const url = `http://localhost:${port}`
      const all = { ...secrets, ...env, NODE_ENV: 'production', REMOTE_API: auth.url }
      const app = launch([NEXT, 'start', '-p', String(port)], all, FOLDER)
      return untilReady(app, url, `${url}${env.BASE_PATH ?? ''}/en/login/`)
    },
    async stop() {
      await auth.stop()
      await rm(data, { recursive: true, force: true })
    },
  }
}
