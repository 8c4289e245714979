import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { Problem } from './report.ts'

/** A file as it is to be. `secret`: for its owner's eyes only. */
export type FileChange = {
  readonly path: string
  readonly before: string | undefined
  readonly after: string
  readonly secret: boolean
}

/**
 * Writes all files or none: when one cannot be written, those before it get back what they held, and the error is thrown.
 * Each is replaced as a whole, so that a full disk leaves no half of a key behind.
 */
export function writeAll(root: string, changes: readonly FileChange[]): void {
  const undo: (() => void)[] = []
  try {
    for (const change of changes) undo.unshift(replace(join(root, change.path), change))
  } catch (error) {
    for (const restore of undo) restore()
    throw error
  }
}

/** Returns what undoes it. */
function replace(path: string, { path: name, before, after, secret }: FileChange): () => void {
  // A link is followed: many keep `.env.local` elsewhere.
  const file = existsSync(path) ? realpathSync(path) : path
  const old = existsSync(file) ? { text: readFileSync(file), mode: statSync(file).mode & 0o777 } : undefined
  // Somebody may have gone on editing while a question stood on the screen.
  if (old?.text.toString() !== before) throw new Problem(`${name} was changed meanwhile: run this again.`)
  const newFolder = mkdirSync(dirname(file), { recursive: true })
  const undo = () => {
    if (old) put(file, old.text, old.mode)
    else rmSync(newFolder ?? file, { force: true, recursive: true })
  }
  try {
    put(file, after, secret ? 0o600 : (old?.mode ?? 0o666))
  } catch (error) {
    if (newFolder !== undefined) undo()
    throw error
  }
  return undo
}

function put(file: string, content: string | Buffer, mode: number): void {
  const draft = `${file}.${process.pid}.draft`
  try {
    // A secret is never there with another mode, not for a moment.
    writeFileSync(draft, content, { mode, flag: 'wx' })
    if (existsSync(file) && mode !== 0o600) chmodSync(draft, mode)
    renameSync(draft, file)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
}
