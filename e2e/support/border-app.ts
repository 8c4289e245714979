import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { inputsHash } from '../../scripts/lib/build.mjs'
import { freePort } from '../../scripts/testing/free-port.ts'
import type { Running } from './processes.ts'
import { exitOf, launch, runIn } from './processes.ts'
import type { Stack } from './stack.ts'

const APP = resolve('e2e/fixtures/border-app')
const NEXT = createRequire(import.meta.url).resolve('next/dist/bin/next')
const STAMP = join(APP, '.next', 'inputs')

/** Builds the app that tells what it is shown, unless what is there was made of the same files. */
export async function buildBorderApp(): Promise<void> {
  const files = ['app', 'instrumentation.js', 'middleware.js', 'next.config.mjs']
  const hash = inputsHash(...files.map((file) => `e2e/fixtures/border-app/${file}`))
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hash) return
  const { child, output } = launch([NEXT, 'build', APP], { NEXT_TELEMETRY_DISABLED: '1' })
  if ((await exitOf(child)) !== 0) throw new Error(`the app could not be built:\n${output()}`)
  writeFileSync(STAMP, hash)
}

/** Two ways to run a build: with its configuration read at start, and without. */
export type Way = 'next start' | 'standalone'

/** Runs it with the sessions of a stack; `upstream` is where its middleware rewrites to. */
export async function startBorderApp(stack: Stack, way: Way, upstream: string): Promise<Running> {
  const port = String(await freePort())
  const env = { ...stack.env, NODE_ENV: 'production', REMOTE_API: stack.line.url, UPSTREAM: upstream }
  const [folder, command] =
    way === 'standalone'
      ? [join(APP, '.next/standalone/e2e/fixtures/border-app'), ['node', 'server.js']]
      : [APP, ['node', NEXT, 'start', '-p', port]]
  return runIn(folder, command, { ...env, PORT: port }, `http://localhost:${port}`, '/')
}
