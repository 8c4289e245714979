import { existsSync, mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { parseEnv, readIfThere, withoutVariables } from '../env-file.ts'
import type { Io } from '../io.ts'
import type { Report } from '../report.ts'
import { Problem } from '../report.ts'
import type { FileChange } from '../write-files.ts'

/*
 * The record of the last `init`, beside other tools' caches, so that nobody commits it. Of `.env.local` it holds the names that
 * were added, and no value.
 */
const RECORD = 'node_modules/.cache/evergate/init.json'

type Recorded =
  | { readonly path: string; readonly before: string | null; readonly after: string }
  | { readonly path: string; readonly added: readonly string[]; readonly isNew: boolean }

/** False where the record cannot be written. */
export function record(root: string, changes: readonly FileChange[]): boolean {
  const entries = changes.map(({ path, before, after, secret }): Recorded => {
    if (!secret) return { path, before: before ?? null, after }
    const old = parseEnv(before ?? '')
    const added = Object.keys(parseEnv(after)).filter((name) => !(name in old))
    return { path, added, isNew: before === undefined }
  })
  try {
    const file = join(root, RECORD)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, JSON.stringify(entries), { mode: 0o600 })
    return true
  } catch {
    return false
  }
}

/** Takes back what the last `init` has written. A file that was changed since stays, and is named. */
export function undo({ cwd }: Pick<Io, 'cwd'>): Report {
  const text = readIfThere(cwd, RECORD)
  if (text === undefined)
    throw new Problem('There is nothing to take back: no `init` is on record in this folder.')
  const undone: string[] = []
  const kept: string[] = []
  for (const entry of (JSON.parse(text) as Recorded[]).reverse())
    (takeBack(cwd, entry) ? undone : kept).push(entry.path)
  rmSync(join(cwd, RECORD))
  return {
    exitCode: kept.length > 0 ? 1 : 0,
    text: undone.map((path) => `taken back: ${path}\n`).join(''),
    ...(kept.length > 0 && {
      errors: kept.map((path) => `${path} was changed since, and stays: take it back by hand.\n`).join(''),
    }),
    json: { undone, kept },
  }
}

function takeBack(root: string, entry: Recorded): boolean {
  const file = join(root, entry.path)
  const now = readIfThere(root, entry.path)
  if (now === undefined) return 'added' in entry || entry.before === null
  if ('added' in entry) {
    const left = withoutVariables(now, entry.added)
    if (entry.isNew && left.trim() === '') remove(root, file)
    else writeFileSync(file, left)
    return true
  }
  if (now !== entry.after) return false
  if (entry.before === null) remove(root, file)
  else writeFileSync(file, entry.before)
  return true
}

/** The file, and the folders that are empty without it. */
function remove(root: string, file: string): void {
  rmSync(file)
  for (
    let folder = dirname(file);
    relative(root, folder) !== '' && existsSync(folder);
    folder = dirname(folder)
  ) {
    try {
      rmdirSync(folder)
    } catch {
      // There is something else in it.
      return
    }
  }
}
