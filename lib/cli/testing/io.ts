import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pc from 'picocolors'
import { onTestFinished } from 'vitest'
import type { Declarations } from '../declared/declared.ts'
import type { ReadDeclarations } from '../declared/run.ts'
import { readDeclarations } from '../declared/run.ts'
import type { Io } from '../io.ts'
import { run } from '../program.ts'

/** A folder with these files, gone when the running test is. */
export function folderWith(files: Readonly<Record<string, string>> = {}): string {
  const root = mkdtempSync(join(tmpdir(), 'evergate-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  // A build comes after its sources.
  const inOrder = Object.entries(files).sort(([a], [b]) => Number(isBuilt(a)) - Number(isBuilt(b)))
  for (const [path, content] of inOrder) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content, { mode: path.startsWith('.env') ? 0o600 : 0o644 })
  }
  return root
}

const isBuilt = (path: string) => path.startsWith('.next/')

const known = new Map<string, Promise<Declarations>>()

/** Starts one thread for all apps with the same two files. These files import no others of their app. */
const readOnce: ReadDeclarations = (root, files, env) => {
  const texts = Object.values(files).map((file) => file && readFileSync(join(root, file), 'utf8'))
  const key = JSON.stringify([files, texts])
  const found = known.get(key) ?? readDeclarations(root, files, env)
  known.set(key, found)
  return found
}

type Ended = { readonly code: number; readonly out: string; readonly err: string }

/** Runs the command line in this process, on a real folder and network; `input` is standard input. */
export async function evergate(
  line: string,
  { input, ...given }: Partial<Io> & { cwd: string; input?: string },
): Promise<Ended> {
  let out = ''
  let err = ''
  const io: Io = {
    env: {},
    print: (text) => {
      out += text
    },
    printError: (text) => {
      err += text
    },
    readInput: input === undefined ? null : async () => input,
    ask: null,
    colors: pc.createColors(false),
    fetch: (url, init) => fetch(url, init),
    clock: Date.now,
    nodeVersion: '24.21.0',
    readDeclarations: readOnce,
    ...given,
  }
  // A command that runs a backend's file hands it the app's variables, and ends; this process goes on with other tests.
  const before = { ...process.env }
  try {
    const code = await run(line.split(' ').filter(Boolean), io)
    return { code, out, err }
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
  }
}
