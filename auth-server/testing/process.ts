import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Readable } from 'node:stream'

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

const PORTS_TO_TRY = 5

/** Another program, another run of these tests even, may take a free port before the server does: then it gets another. */
export async function onFreePort<T>(start: (port: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(await freePort())
    } catch (error) {
      if (attempt === PORTS_TO_TRY || !/address already in use/i.test(String(error))) throw error
    }
  }
}

/** Resolves when the server's log says so; rejects with the log when it ends before. */
export function logged(server: ChildProcess, log: Readable | null, words: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = ''
    log?.on('data', (chunk) => {
      text += chunk
      if (text.includes(words)) resolve()
    })
    server.once('error', reject)
    server.once('exit', (code) => reject(new Error(`${server.spawnfile} ended with ${code}: ${text}`)))
  })
}

/**
 * Makes sure that a server ends with this process, even when this one is killed without a word.
 *
 * @returns ends the server now
 */
export function endsWithUs(server: ChildProcess, directory: string): () => Promise<void> {
  // Its input closes with us, or in the function below. It has a line when the server has ended before: its number may be
  // another program's by then. SIGQUIT: PostgreSQL takes its own children with it.
  const script = `
    if ! read -r gone; then
      kill -s CONT "$0"; kill -s QUIT "$0"
      while kill -s 0 "$0"; do sleep 0.1; done
    fi
    rm -rf "$1"`
  const watcher = spawn('sh', ['-c', script, String(server.pid), directory], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  server.once('exit', () => watcher.stdin?.end('gone\n'))
  return async () => {
    watcher.stdin?.end()
    await Promise.all([ended(server), ended(watcher)])
  }
}

async function ended(process: ChildProcess): Promise<void> {
  if (process.exitCode === null && process.signalCode === null) await once(process, 'exit')
}
