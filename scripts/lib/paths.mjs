import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's root; `EVERGATE_ROOT` lets a test point the scripts at another folder. */
export const root = process.env.EVERGATE_ROOT || fileURLToPath(new URL('../..', import.meta.url))

/** @param {...string} parts */
export const fromRoot = (...parts) => join(root, ...parts)

const binaries = fromRoot('node_modules', '.bin')

/** The Node that everything but set-up itself runs on: the pinned one, whatever started the script. */
export const node = fromRoot('node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node')

/** The command-line files of the tools, run with {@link node} directly. */
export const tools = {
  biome: fromRoot('node_modules/@biomejs/biome/bin/biome'),
  next: fromRoot('node_modules/next/dist/bin/next'),
  tsc: fromRoot('node_modules/typescript/bin/tsc'),
  depcruise: fromRoot('node_modules/dependency-cruiser/bin/dependency-cruiser.mjs'),
  knip: fromRoot('node_modules/knip/bin/knip.js'),
  vitest: fromRoot('node_modules/vitest/vitest.mjs'),
  playwright: fromRoot('node_modules/playwright/cli.js'),
}

/** Where set-up and tests keep their own working files; git-ignored, safe to delete. */
export const workFolder = fromRoot('.setup')

const pathFolders = () => (process.env.PATH ?? '').split(delimiter)

/** The environment of what runs on the pinned Node: tools that look for `node` on PATH find that one. */
export function pinnedEnv() {
  return {
    NEXT_TELEMETRY_DISABLED: '1',
    // Saves a quarter of the start of every process: tests start hundreds.
    NODE_COMPILE_CACHE: join(workFolder, 'compiled'),
    ...process.env,
    PATH: [binaries, ...pathFolders().filter((dir) => dir !== binaries)].join(delimiter),
  }
}

/** The machine's own environment, as it is without npm's additions: for what may replace `node_modules`. */
export function machineEnv() {
  const folders = pathFolders().filter((dir) => !/[\\/]node_modules[\\/]\.bin[\\/]?$/.test(dir))
  return { ...process.env, PATH: folders.join(delimiter) }
}

/** @param {string} name @returns {string | undefined} the program's path, if it is on PATH */
export const onPath = (name) =>
  pathFolders()
    .flatMap((dir) => join(dir, name))
    .find(existsSync)
