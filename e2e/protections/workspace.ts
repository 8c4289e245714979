import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { root } from '../../scripts/lib/paths.mjs'

const LEFT_OUT =
  /^(?:node_modules|\.git|\.setup|\.next.*|\.data|\.packages|test-results|playwright-report|.*\.local)$/
/** Links of npm to the workspaces: in a copy they must lead to the copy. */
const WORKSPACES = { evergate: '../lib', '@evergate/auth-server': '../../auth-server' }

/** A copy of the sources in `folder`, with the dependencies of the original. */
export function copySources(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(root)) {
    // The copy lies inside of what is copied, so that the parts are copied one by one.
    if (!LEFT_OUT.test(name)) cpSync(join(root, name), join(folder, name), { recursive: true, filter })
  }
  linkDependencies(join(root, 'node_modules'), join(folder, 'node_modules'))
}

const filter = (source: string) => !LEFT_OUT.test(basename(source))

function linkDependencies(from: string, to: string): void {
  mkdirSync(join(to, '@evergate'), { recursive: true })
  for (const name of readdirSync(from))
    if (name !== 'evergate' && name !== '@evergate' && name !== '.vite')
      symlinkSync(relative(to, join(from, name)), join(to, name))
  for (const [name, target] of Object.entries(WORKSPACES)) symlinkSync(target, join(to, name))
}

/** Runs `work` while `text` is replaced by `instead` in a file, and puts the file back. */
export async function withMutant<T>(
  file: string,
  text: string,
  instead: string,
  work: () => Promise<T>,
): Promise<T> {
  const original = readFileSync(file, 'utf8')
  if (original.split(text).length !== 2) throw new Error(`${file} does not hold this text once: ${text}`)
  writeFileSync(file, original.split(text).join(instead))
  try {
    return await work()
  } finally {
    writeFileSync(file, original)
  }
}
