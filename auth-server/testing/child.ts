import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { client } from './client.ts'
import { accessSecret, refreshSecret } from './harness.ts'

const sources = join(import.meta.dirname, '..')

// Empty values count as unset, and keep out what an `.env.local` of the developer says.
const clean = {
  SIGNING_KEYS: '',
  TOKEN_ISSUER: '',
  TOKEN_AUDIENCE: '',
  ACCESS_TOKEN_TTL: '',
  REFRESH_TOKEN_TTL: '',
  SESSION_MAX_AGE: '',
  MAX_SESSIONS_PER_USER: '',
  REFRESH_GRACE: '',
  REPLAY_FROM: '',
  REAUTHENTICATE_AFTER: '',
  ADMIN_ROLE: '',
  SIGN_IN_LIMIT: '',
  SIGN_IN_LIMIT_ADDRESS: '',
  SIGN_IN_LIMIT_ACCOUNT: '',
  REGISTRATION_LIMIT: '',
  MAIL_LIMIT: '',
  MAIL_LIMIT_ADDRESS: '',
  SMTP_URL: '',
  MAIL_DIR: '',
  MAIL_FROM: '',
  MAIL_TEXTS: '',
  APP_URL: '',
  HOST: '',
  STORE_URL: '',
  TRUST_PROXY: '',
  LOG_LEVEL: '',
  METRICS_PORT: '',
  METRICS_TOKEN: '',
  OTEL_EXPORTER_OTLP_ENDPOINT: '',
  NODE_ENV: '',
  ETLS_ACCESS: accessSecret,
  ETLS_REFRESH: refreshSecret,
  AUTH_PORT: '0',
}

export interface ChildOptions {
  readonly cwd: string
  readonly args?: readonly string[]
  /** `undefined` leaves a variable to `.env.local`. */
  readonly environment?: Record<string, string | undefined>
  /** Largest file the process may write, in blocks of 512 bytes: a disk that is full for it alone. */
  readonly fileSizeLimit?: number
}

export interface Child {
  readonly process: ChildProcess
  output(): string
  errors(): string
  exited: Promise<number | null>
}

/** Runs one of the server's scripts in a process of its own, killed after the test. */
export function run(
  script: 'main.ts' | 'setup.ts' | 'users.ts' | 'testing/function-host.ts',
  { cwd, args = [], environment, fileSizeLimit }: ChildOptions,
): Child {
  const { PATH, NODE_COMPILE_CACHE } = process.env
  const limit = fileSizeLimit === undefined ? '' : `ulimit -f ${fileSizeLimit}; `
  const process_ = spawn(
    'sh',
    ['-c', `${limit}exec "$0" "$@"`, process.execPath, join(sources, script), ...args],
    {
      cwd,
      env: { PATH, NODE_COMPILE_CACHE, ...clean, ...environment } as NodeJS.ProcessEnv,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  onTestFinished(() => void process_.kill('SIGKILL'))
  let output = ''
  let errors = ''
  process_.stdout?.on('data', (chunk) => {
    output += chunk
  })
  process_.stderr?.on('data', (chunk) => {
    errors += chunk
  })
  const exited = once(process_, 'close').then(([code]) => code as number | null)
  return { process: process_, output: () => output, errors: () => errors, exited }
}

/** Runs a script that ends by itself. */
export async function runToEnd(...call: Parameters<typeof run>) {
  const child = run(...call)
  return { code: await child.exited, output: child.output(), errors: child.errors() }
}

/** Starts `main.ts` and waits for the line that says where it listens. */
export const startChild = (options: ChildOptions) => startListening('main.ts', options)

/** Starts the function of `vercel.ts`, as the platform does with the first request for it. */
export const startFunction = (options: ChildOptions) => startListening('testing/function-host.ts', options)

async function startListening(script: 'main.ts' | 'testing/function-host.ts', options: ChildOptions) {
  const child = run(script, options)
  const url = await new Promise<string>((resolve, reject) => {
    child.process.stdout?.on('data', () => {
      const [, address] = /^(?:auth server|function): (http:[^\s,]+)/m.exec(child.output()) ?? []
      if (address) resolve(address)
    })
    void child.exited.then((code) => reject(new Error(`ended with ${code}: ${child.errors()}`)))
  })
  return { ...child, url, ...client(url) }
}
