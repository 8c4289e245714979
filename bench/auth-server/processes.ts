import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { kept, stop } from '../lib/children.ts'
import type { LoadOptions, LoadResult } from './load.ts'

export type Server = {
  readonly port: number
  /** The tokens that its clients present, if it made them itself. */
  readonly credentials: readonly string[]
  stop(): Promise<void>
}

/** Runs a module and waits for the line that names its port, at the end of a URL or after `listening`. */
export async function startServer(
  module: URL,
  {
    environment = {},
    args = [],
    flags = [],
    cwd,
  }: {
    readonly environment?: Readonly<Record<string, string>>
    readonly args?: readonly string[]
    /** Of Node. */
    readonly flags?: readonly string[]
    readonly cwd?: string
  } = {},
): Promise<Server> {
  const child = spawn(process.execPath, [...flags, fileURLToPath(module), ...args], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
    ...(cwd === undefined ? {} : { cwd }),
  })
  kept(child)
  let credentials: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('credentials ')) credentials = JSON.parse(line.slice('credentials '.length))
    const [, port] = /(?:listening |127\.0\.0\.1:)(\d+)/.exec(line) ?? []
    if (port === undefined) continue
    child.stdout.resume()
    return { port: Number(port), credentials, stop: () => stop(child) }
  }
  throw new Error(`${module.pathname} ended before it listened`)
}

/** The process with the load. */
export type Load = { run(options: LoadOptions): Promise<LoadResult>; stop(): Promise<void> }

export function startLoad(): Load {
  const child = fork(fileURLToPath(new URL('load.ts', import.meta.url)))
  kept(child)
  return {
    async run(options) {
      child.send(options)
      const [answer] = (await once(child, 'message')) as [{ result: LoadResult } | { error: string }]
      if ('error' in answer) throw new Error(`${options.name}: ${answer.error}`)
      return answer.result
    },
    stop: () => stop(child),
  }
}
