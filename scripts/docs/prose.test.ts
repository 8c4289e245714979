import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { fromRoot } from '../lib/paths.mjs'

const PLACES = [
  'lib',
  'auth-server',
  'app',
  'scripts',
  'middleware.ts',
  'instrumentation.ts',
  'next.config.mjs',
]

/** A sentence of a comment that does not name its subject. Questions may. */
const RIDDLE = /(?:^\s*(?:\*|\/\/|\/\*\*)\s*|\. )(?:What|Who|Whoever|Whatever|None|Nobody) [^?]*$/

function sourcesIn(path: string): string[] {
  if (statSync(fromRoot(path)).isFile()) return [path]
  return readdirSync(fromRoot(path), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|tsx|mjs)$/.test(name) && !/(^|\/)node_modules\//.test(name))
    .map((name) => join(path, name))
}

it('sentences of comments name their subject', () => {
  const found = PLACES.flatMap(sourcesIn).flatMap((file) =>
    readFileSync(fromRoot(file), 'utf8')
      .split('\n')
      .flatMap((line, index) => (RIDDLE.test(line) ? [`${file}:${index + 1} ${line.trim()}`] : [])),
  )
  expect(found).toEqual([])
})
