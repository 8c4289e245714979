import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { freePort } from '../../../scripts/testing/free-port.ts'
import { openLine } from '../../support/line.ts'
import { exitOf, launch, untilReady } from '../../support/processes.ts'

const FOLDER = join(import.meta.dirname, '../app')
const NEXT = join(import.meta.dirname, '../../../node_modules/next/dist/bin/next')

/** Builds the app once, for every backend. */
export async function buildApp(): Promise<void> {
  const env = { NEXT_TELEMETRY_DISABLED: '1', GATEWAY_SECRET: secret(), ...VARIABLES }
  const { child, output } = launch([NEXT, 'build'], env, FOLDER)
  if ((await exitOf(child)) !== 0) throw new Error(`the app could not be built:\n${output()}`)
}

const secret = () => randomBytes(32).toString('base64url')

/** The variables that presets ask for. */
const VARIABLES = {
  SUPABASE_ANON_KEY: 'anon-key-of-the-project',
  COGNITO_CLIENT_ID: 'client-of-the-pool',
  OAUTH_CLIENT_ID: 'web',
  OAUTH_CLIENT_SECRET: 'web-secret',
  BETTER_AUTH_URL: 'http://app.example',
}

/** Starts the build in front of a backend, with a line between them that counts calls. */
export async function startApp(backend: string, url: string) {
  const line = await openLine(url)
  const port = await freePort()
  const env = {
    ...VARIABLES,
    TEST_BACKEND: backend,
    REMOTE_API: line.url,
    GATEWAY_SECRET: secret(),
    NODE_ENV: 'production',
  }
  const address = `http://localhost:${port}`
  const app = await untilReady(
    launch([NEXT, 'start', '-p', String(port)], env, FOLDER),
    address,
    `${address}/login`,
  )
  return {
    url: address,
    line,
    output: app.output,
    async stop() {
      await app.stop()
      await line.close()
    },
  }
}

/** A browser's cookies, and the requests that it sends with them. */
export function createVisitor(base: string, jar = new Map<string, string>()) {
  async function ask(path: string, init: RequestInit = {}) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = {
      'sec-fetch-site': 'same-origin',
      accept: 'application/json',
      cookie,
      ...(init.headers as object),
    }
    const response = await fetch(base + path, { redirect: 'manual', ...init, headers })
    for (const header of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? []
      if (/Max-Age=0/i.test(header)) jar.delete(name)
      else jar.set(name, value)
    }
    return response
  }
  return {
    jar,
    get: (path: string) => ask(path),
    post: (path: string, body: unknown = {}) =>
      ask(path, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    /** The browser drops the access token at its end. */
    expire() {
      for (const name of jar.keys()) if (/^(accessToken|userDataEtls)(\.|$)/.test(name)) jar.delete(name)
    },
    /** Another browser with a copy of the cookies. */
    copy: () => createVisitor(base, new Map(jar)),
  }
}
