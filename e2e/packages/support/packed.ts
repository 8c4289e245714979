import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'

const MAIN = fileURLToPath(new URL('../../../scripts/main.mjs', import.meta.url))

/** The facts about the packages that tests are given. */
export type Packed = {
  /** The tarballs' absolute paths. */
  readonly tarballs: readonly string[]
  /** Where tests put apps; outside of the repository, so that nothing is found there that is not delivered. */
  readonly folder: string
  /** Whether the npm registry answers: what a tarball depends on comes from there. */
  readonly registry: boolean
}

declare module 'vitest' {
  export interface ProvidedContext {
    packed: Packed
  }
}

/** Vitest's global set-up: packs once for all files, and tells `npm test` what could not be tested. */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'evergate-packages-'))
  const target = join(folder, 'packed')
  const [registry] = await Promise.all([
    registryAnswers(),
    promisify(execFile)(process.execPath, [MAIN, 'pack', target]),
  ])
  const tarballs = readdirSync(target).filter((name) => name.endsWith('.tgz'))
  project.provide('packed', { tarballs: tarballs.map((name) => join(target, name)), folder, registry })
  const untested = process.env.EVERGATE_UNTESTED
  if (untested && !registry) {
    const what = 'the packages in apps of their own (the npm registry does not answer)'
    writeFileSync(untested, JSON.stringify([what]))
  }
  return () => rmSync(folder, { recursive: true, force: true })
}

/** Whether the registry has what the apps need and the repository does not. Nothing that can be mended here: not a failure. */
async function registryAnswers(): Promise<boolean> {
  const quick = ['--prefer-online', '--fetch-retries=0', '--fetch-timeout=20000']
  const asked = ['create-next-app@latest', 'create-next-app@15', 'typescript@^5.9.0'].map((wanted) =>
    promisify(execFile)('npm', ['view', wanted, 'version', ...quick]),
  )
  return Promise.all(asked).then(
    () => true,
    () => false,
  )
}
