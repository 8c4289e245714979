import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { exitOf, launch } from '../../support/processes.ts'

/** The fixture app, and how Next is started in it. */
export const FOLDER = join(import.meta.dirname, '../app')
export const NEXT = fileURLToPath(new URL('../../../node_modules/next/dist/bin/next', import.meta.url))

/** The app's two builds, by the environment that each is built and started with. */
export const BUILDS = {
  'at the top': {},
  'below a basePath, with trailingSlash': { BASE_PATH: '/shop' },
} as const

/** Vitest's global set-up: builds the fixture app, once for all files. */
export default async function setup(): Promise<void> {
  for (const env of Object.values(BUILDS)) {
    const { child, output } = launch([NEXT, 'build'], { NEXT_TELEMETRY_DISABLED: '1', ...env }, FOLDER)
    if ((await exitOf(child)) !== 0) throw new Error(`the fixture app could not be built:\n${output()}`)
  }
}
