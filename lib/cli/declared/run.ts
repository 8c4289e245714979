import { Worker } from 'node:worker_threads'
import type { Declarations, Declared } from './declared.ts'
import type { DeclaredWork } from './worker.ts'
import { WORKER } from './worker.ts'

/** Reads what the files of an app declare: paths from its folder `root`; null where there is no such file. */
export type ReadDeclarations = (
  root: string,
  files: { readonly middleware: string | null; readonly config: string | null },
  env: Readonly<Record<string, string>>,
) => Promise<Declarations>

/** Milliseconds; a module that takes longer waits for something. */
const PATIENCE = 10_000

/**
 * Runs the app's middleware and configuration, with stand-ins for the gateway that tell how they are called: the app's own code says what its
 * rules are, whether they stand there, come from another module, or are computed. It runs in a thread, without Next and without a request.
 */
export const readDeclarations: ReadDeclarations = async (root, files, env) => {
  const work: DeclaredWork = { work: 'evergate-declared', root, ...files }
  const worker = new Worker(WORKER, {
    workerData: work,
    env: { ...env, NODE_ENV: 'production' },
    execArgv: [],
    // Somebody's module may print: it is no part of the report.
    stdout: true,
    stderr: true,
  })
  try {
    return await new Promise<Declarations>((resolve) => {
      const fail = (reason: string) => {
        const failed = (file: string | null): Declared<never> =>
          file === null ? { result: 'missing' } : { result: 'failed', file, reason }
        resolve({ gateway: failed(files.middleware), config: failed(files.config) })
      }
      worker.once('message', resolve)
      worker.once('error', (error) => fail(error instanceof Error ? error.message : String(error)))
      worker.once('exit', () => fail('it ended the process'))
      setTimeout(() => fail(`it was not loaded within ${PATIENCE / 1000} s`), PATIENCE).unref()
    })
  } finally {
    await worker.terminate()
  }
}
