import { createTwoFilesPatch } from 'diff'
import { parseEnv } from '../env-file.ts'
import type { Colors } from '../io.ts'
import type { FileChange } from '../write-files.ts'

/** A unified diff; of a file with secrets the names that are added, and nothing of what is there. */
export function diffOf({ path, before, after, secret }: FileChange): string {
  const from = before === undefined ? '/dev/null' : path
  if (!secret)
    return withoutRuler(createTwoFilesPatch(from, path, before ?? '', after, '', '', { context: 2 }))
  const old = parseEnv(before ?? '')
  const added = Object.entries(parseEnv(after)).filter(([name, value]) => old[name] !== value)
  const shown = added.map(
    ([name, value]) => `+${name}=${name === 'REMOTE_API' ? value : '(32 random bytes, not shown)'}\n`,
  )
  return `--- ${from}\n+++ ${path}\n${shown.join('')}`
}

const withoutRuler = (patch: string) => patch.replace(/^=+\n/, '').replace(/^(---|\+\+\+) (.*)\t$/gm, '$1 $2')

export function colored(diff: string, { green, red, bold, cyan }: Colors): string {
  const paint = (line: string) => {
    if (/^(---|\+\+\+) /.test(line)) return bold(line)
    if (line.startsWith('@@')) return cyan(line)
    if (line.startsWith('+')) return green(line)
    return line.startsWith('-') ? red(line) : line
  }
  return diff.split('\n').map(paint).join('\n')
}
