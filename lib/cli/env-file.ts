import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from './report.ts'

// As Node's `--env-file` reads it. Its `parseEnv` does not say where in the text a variable stands.
const ASSIGNMENT =
  /^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*(?:'([^']*)'|"([^"]*)"|`([^`]*)`|([^\r\n#]*))/gm

/** The variables of a `.env` text; of the same name twice, the last counts. */
export function parseEnv(text: string): Record<string, string> {
  const found = [...text.matchAll(ASSIGNMENT)].map((match) => {
    const [, name = '', single, double, back, bare = ''] = match
    return [name, single ?? double ?? back ?? bare.trim()] as const
  })
  return Object.fromEntries(found)
}

/** The text with these variables set; every other line stays as it is. */
export function withVariables(text: string, values: Readonly<Record<string, string>>): string {
  const kept = withoutVariables(text, Object.keys(values))
  const separator = kept === '' || kept.endsWith('\n') ? '' : '\n'
  return kept + separator + Object.entries(values).map(formatLine).join('')
}

/** A line of a `.env` file. */
export function formatLine([name, value]: readonly [string, string]): string {
  const quote = ["'", '`', '"'].find((mark) => !value.includes(mark))
  if (!quote) throw new Problem(`${name}: a value with all three kinds of quotation marks fits no .env file.`)
  return `${name}=${quote}${value}${quote}\n`
}

/** The text without these variables; every other line stays as it is. */
export function withoutVariables(text: string, names: readonly string[]): string {
  let kept = ''
  let from = 0
  for (const match of text.matchAll(ASSIGNMENT)) {
    if (!names.includes(match[1] ?? '')) continue
    const end = text.indexOf('\n', match.index + match[0].length)
    kept += text.slice(from, match.index)
    from = end === -1 ? text.length : end + 1
  }
  return kept + text.slice(from)
}

/** A file's text, or undefined when there is none. */
export function readIfThere(root: string, name: string): string | undefined {
  try {
    return readFileSync(join(root, name), 'utf8')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw new Problem(`${name} cannot be read: ${(error as Error).message}`)
  }
}

/** The files that Next reads for `next start`. If several hold a variable, the first file counts. */
export const ENV_FILES = ['.env.production.local', '.env.local', '.env.production', '.env'] as const

/** The environment of the gateway under `next start`: real variables win over files; an empty one counts as unset. */
export function effectiveEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  files: readonly Readonly<Record<string, string>>[],
): Record<string, string> {
  const merged = Object.assign({}, ...[...files].reverse())
  // Next does not override a variable that is there, even an empty one.
  for (const [name, value] of Object.entries(env)) if (value !== undefined) merged[name] = value
  return Object.fromEntries(Object.entries<string>(merged).filter(([, value]) => value !== ''))
}
