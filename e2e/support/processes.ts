import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../scripts/testing/free-port.ts'
import { BASE_PATH } from './base-path.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** A part of the product that runs as a process of its own. */
export type Running = {
  readonly url: string
  readonly pid: number
  /** Everything it has printed so far. */
  output(): string
  /** Ends it (SIGTERM unless told otherwise) and waits until it is gone. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

type Environment = Readonly<Record<string, string>>

/** Starts the auth server on a port of its own, its store made and seeded, and waits until it is ready. */
export async function startAuthServer(env: Environment, port?: number): Promise<Running> {
  await setUpStore(env)
  return runAuthServer(env, port)
}

/** Makes the store's schema and its demo users. */
export async function setUpStore(env: Environment): Promise<void> {
  const setup = launch(['auth-server/setup.ts'], env)
  if ((await exitOf(setup.child)) !== 0) throw new Error(`the store could not be set up:\n${setup.output()}`)
}

/** Starts the auth server on a store that is there. */
export async function runAuthServer(env: Environment, port?: number): Promise<Running> {
  const chosen = port ?? (await freePort())
  const url = `http://127.0.0.1:${chosen}`
  return untilReady(
    launch(['auth-server/main.ts'], { ...env, AUTH_PORT: String(chosen) }),
    url,
    `${url}/readyz`,
  )
}

/** Starts the app's production build on a port of its own, and waits until it answers. `host` is what it listens on. */
export async function startApp(env: Environment, port?: number, host?: string): Promise<Running> {
  const chosen = port ?? (await freePort())
  const url = `http://${host ?? 'localhost'}:${chosen}${BASE_PATH}`
  const listen = ['-p', String(chosen), ...(host === undefined ? [] : ['-H', host])]
  const args = [NEXT, 'start', ...listen]
  return untilReady(
    launch(args, { ...BUILD, ...env, PORT: String(chosen) }, APP_FOLDER),
    url,
    `${url}/icon.svg`,
  )
}

const NEXT = join(ROOT, 'node_modules/next/dist/bin/next')
/** Where the build of the app is. */
const APP_FOLDER = process.env.EVERGATE_APP_FOLDER || ROOT

/** Which build of the app `next start` finds. */
const BUILD = {
  EVERGATE_BASE_PATH: BASE_PATH,
  EVERGATE_DIST_DIR: process.env.EVERGATE_DIST_DIR ?? '',
}

/** Runs a command in another folder than the repository, and waits until it answers at `probe`. The program is `node`, this one, or a path. */
export async function runIn(
  folder: string,
  [program = 'node', ...args]: readonly string[],
  env: Environment,
  url: string,
  probe: string,
): Promise<Running> {
  return untilReady(
    launch(args, env, folder, program === 'node' ? process.execPath : program),
    url,
    url + probe,
  )
}

/** Processes that end with this one, however it ends. */
const launched = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of launched) child.kill('SIGKILL')
})

type Launched = { readonly child: ChildProcess; output(): string }

export function launch(
  args: readonly string[],
  env: Environment,
  cwd = ROOT,
  program = process.execPath,
): Launched {
  // The machine's own `.env.local` and environment must not decide a test.
  const { PATH = '', HOME = '', SYSTEMROOT = '', NODE_COMPILE_CACHE = '' } = process.env
  const child = spawn(program, args, {
    cwd,
    env: { PATH, HOME, SYSTEMROOT, NODE_COMPILE_CACHE, NODE_ENV: 'production', FEED_SECRET: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  launched.add(child)
  child.once('exit', () => launched.delete(child))
  let output = ''
  const collect = (chunk: Buffer) => {
    output += chunk.toString()
  }
  child.stdout?.on('data', collect)
  child.stderr?.on('data', collect)
  return { child, output: () => output }
}

/**
 * Waits until the process answers at `probe`; fails with what it has printed when it ends before.
 *
 * @param patience milliseconds. Default 30,000.
 */
export async function untilReady(
  { child, output }: Launched,
  url: string,
  probe: string,
  patience = 30_000,
): Promise<Running> {
  const deadline = Date.now() + patience
  while (!(await answers(probe))) {
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`${url} did not start:\n${output()}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  return {
    url,
    pid: child.pid ?? 0,
    output,
    async stop(signal = 'SIGTERM') {
      const exit = exitOf(child)
      child.kill(signal)
      return exit
    },
  }
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    (response) => response.ok,
    () => false,
  )
}

export async function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.exitCode
}
