import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** A database server that was started for tests. */
export interface TestServer {
  readonly url: string
  /** Stops it, and forgets its data. */
  stop(): Promise<void>
}

/** A port that nobody listens on just now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/**
 * Makes sure that a server ends with this process, even when this one is killed without a word.
 *
 * @returns ends the server now
 */
export function endsWithUs(server: ChildProcess, directory: string): () => Promise<void> {
  // Its input closes with us, or in `end`. SIGQUIT: PostgreSQL takes its own children with it.
  const script =
    'cat; kill -s CONT "$0"; kill -s QUIT "$0"; while kill -s 0 "$0"; do sleep 0.1; done; rm -rf "$1"'
  const watcher = spawn('sh', ['-c', script, String(server.pid), directory], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  return async () => {
    watcher.stdin?.end()
    await Promise.all([ended(server), ended(watcher)])
  }
}

async function ended(process: ChildProcess): Promise<void> {
  if (process.exitCode === null && process.signalCode === null) await once(process, 'exit')
}
