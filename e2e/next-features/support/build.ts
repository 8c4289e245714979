import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { freePort } from '../../../scripts/testing/free-port.ts'
import { exitOf, launch } from '../../support/processes.ts'
import { findOnPath } from '../../support/shared-cache.ts'

/** The fixture app's build. */
export type FeaturesBuild = {
  /** The app's folder. */
  readonly folder: string
  /** The port of the server that its rewrites lead to; Next writes their addresses into the build. */
  readonly upstreamPort: number
}

declare module 'vitest' {
  export interface ProvidedContext {
    features: FeaturesBuild
  }
}

/** Vitest's global set-up: builds the fixture app once for all files. */
export default async function setup(project: TestProject): Promise<void> {
  const folder = join(import.meta.dirname, '../app')
  const upstreamPort = await freePort()
  const next = join(import.meta.dirname, '../../../node_modules/next/dist/bin/next')
  const env = { NEXT_TELEMETRY_DISABLED: '1', UPSTREAM: `http://127.0.0.1:${upstreamPort}` }
  const { child, output } = launch([next, 'build'], env, folder)
  if ((await exitOf(child)) !== 0) throw new Error(`the fixture app could not be built:\n${output()}`)
  project.provide('features', { folder, upstreamPort })
  const untested = process.env.EVERGATE_UNTESTED
  if (untested && !findOnPath('nginx'))
    writeFileSync(untested, JSON.stringify(["Next's features behind a shared cache (no nginx on the path)"]))
}
