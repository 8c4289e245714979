import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { onTestFinished } from 'vitest'

const repository = resolve(import.meta.dirname, '../..')

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** An empty folder, gone when the running test is. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'evergate-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** An empty root with the repository's packages and auth server in it. */
export function temporaryRoot(): string {
  const root = temporaryFolder()
  for (const name of ['node_modules', 'auth-server']) symlinkSync(join(repository, name), join(root, name))
  return root
}

const { PATH, NODE_COMPILE_CACHE } = process.env

/** Runs Node with nothing of this environment but PATH, and where it keeps what it has compiled. */
export function runNode(args: string[], env: Record<string, string> = {}): Promise<Ended> {
  const options = { cwd: repository, env: { PATH, NODE_COMPILE_CACHE, NODE_ENV: 'test', ...env } as const }
  return new Promise((resolve) => {
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 128) : 0, stdout, stderr })
    })
  })
}

/** The arguments that run a module which imports `names` from a file of `scripts/lib`. */
export function moduleOf(file: string, names: string, body: string): string[] {
  const url = new URL(`../lib/${file}`, import.meta.url).href
  return ['--input-type=module', '--eval', `import { ${names} } from '${url}'\n${body}`]
}
