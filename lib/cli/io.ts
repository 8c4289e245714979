import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import pc from 'picocolors'
import type { Clock, Fetch } from '../gateway/platform.ts'
import type { Environment } from '../next/environment.ts'
import type { ReadDeclarations } from './declared/run.ts'
import { readDeclarations } from './declared/run.ts'

export type Colors = ReturnType<typeof pc.createColors>

/** Everything a command touches besides files. */
export type Io = {
  readonly cwd: string
  readonly env: Environment
  /** Standard output: what was asked for. */
  readonly print: (text: string) => void
  /** Standard error: why it could not be had. */
  readonly printError: (text: string) => void
  /** Standard input to its end; null when a person sits there. */
  readonly readInput: (() => Promise<string>) | null
  /** Null when nobody sits there to answer. An answer that is `secret` does not show as it is typed. */
  readonly ask: ((question: string, how?: { readonly secret?: boolean }) => Promise<string>) | null
  readonly colors: Colors
  readonly fetch: Fetch
  readonly clock: Clock
  /** Runs middleware and configuration of the app. */
  readonly readDeclarations: ReadDeclarations
  /** Such as `24.1.0`. */
  readonly nodeVersion: string
}

/** The terminal, network and clock of this process. */
export function processIo(): Io {
  const isInteractive = process.stdin.isTTY === true && process.stdout.isTTY === true
  return {
    cwd: process.cwd(),
    env: process.env,
    print: (output) => process.stdout.write(output),
    printError: (output) => process.stderr.write(output),
    readInput: process.stdin.isTTY ? null : () => text(process.stdin),
    ask: isInteractive ? ask : null,
    colors: pc.createColors(pc.isColorSupported && process.stdout.isTTY === true),
    fetch: (url, init) => fetch(url, init),
    clock: Date.now,
    readDeclarations,
    nodeVersion: process.versions.node,
  }
}

/** An input that ends, or Ctrl-C, is an empty answer. */
async function ask(question: string, { secret = false } = {}): Promise<string> {
  if (secret) process.stdout.write(question)
  const output = secret ? new Writable({ write: (_chunk, _encoding, done) => done() }) : process.stdout
  const terminal = createInterface({ input: process.stdin, output, terminal: true })
  const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')))
  try {
    return await Promise.race([terminal.question(question), closed])
  } finally {
    terminal.close()
    if (secret) process.stdout.write('\n')
  }
}
