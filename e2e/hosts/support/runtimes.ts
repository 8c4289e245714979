import { globSync } from 'node:fs'
import { join } from 'node:path'
import type { App } from '../../frameworks/support/app.ts'
import { FOLDER } from './packages.ts'

const RUNTIMES = join(FOLDER, 'runtimes')

/** The program that npm has for this machine. Its packages' own scripts, which are not run, would put it elsewhere. */
function programOf(pattern: string): string {
  const [found] = globSync(join(FOLDER, 'node_modules', pattern))
  if (!found) throw new Error(`npm has no program for this machine: ${pattern}`)
  return found
}

export const bun: App = {
  name: 'bun',
  folder: RUNTIMES,
  program: () => programOf('@oven/*/bin/bun'),
  start: () => ['run', 'bun.ts'],
}

export const deno: App = {
  name: 'deno',
  folder: RUNTIMES,
  program: () => programOf('@deno/*/deno'),
  start: (port) => [
    'serve',
    ...['--allow-net', '--allow-env', '--allow-read', '--no-check'],
    ...['--node-modules-dir=manual', '--host', 'localhost', '--port', port],
    'deno.ts',
  ],
}
