import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { GatewayError } from '../../gateway/errors.ts'
import { compileRoutes } from '../../gateway/request/routes.ts'

const ENDINGS = ['.ts', '.js', '.tsx', '.jsx', '.mts', '.mjs']
const ENTRIES = ['middleware', 'proxy', 'src/middleware', 'src/proxy']
/** So many modules are read at most: rules stand in the middleware, or near it. */
const MOST_MODULES = 100

/** A rule that is written out: its `path`, with `require` before or after it. */
const RULES = [
  /\bpath:\s*(['"`])((?:(?!\1)[^\\\n])*)\1\s*,\s*(?:renew:[^,}]*,\s*)?require:/g,
  /\brequire:\s*(?:(?:'[a-z]+'|"[a-z]+")|\{[^{}]*\})\s*,\s*(?:renew:[^,}]*,\s*)?path:\s*(['"`])((?:(?!\1)[^\\\n])*)\1/g,
]
const IMPORT = /\bfrom\s*['"]((?:\.|@\/|~\/)[^'"]*)['"]/g

/**
 * Rules that the gateway refuses, a line each: without this, every page would answer 500, and no earlier. Read from the sources
 * of the middleware and of the app's own modules that it imports; a path that is computed is not seen here.
 */
export function ruleProblems(root: string): string[] {
  const texts = middlewareSources(root)
  return [...[...new Set(texts.flatMap(rulePathsIn))].flatMap(pathProblems), ...freshnessProblems(texts)]
}

/** Without a feed such a rule lets nobody through, ever. */
export const NOBODY_TELLS = "a rule with freshness: 'strict' needs `revocation` of createGateway()"

function freshnessProblems(texts: readonly string[]): string[] {
  const isAsked = texts.some((text) => /\bfreshness:\s*['"]strict['"]/.test(text))
  const isTold = texts.some((text) => /\brevocation\b/.test(text))
  return isAsked && !isTold ? [NOBODY_TELLS] : []
}

/** The paths of the rules that stand in a source, without those that are computed. */
export function rulePathsIn(text: string): string[] {
  const source = text.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '')
  return RULES.flatMap((rule) => [...source.matchAll(rule)].map(([, , path = '']) => path)).filter(
    (path) => !path.includes('${'),
  )
}

/** The gateway's complaint about a rule's path; empty when it takes the path. */
export function pathProblems(path: string): string[] {
  try {
    compileRoutes([{ path, require: 'session' }])
    return []
  } catch (error) {
    if (error instanceof GatewayError) return [error.message]
    throw error
  }
}

export function middlewareSources(root: string): string[] {
  const pending = ENTRIES.flatMap((entry) => findModule(join(root, entry)) ?? [])
  const seen = new Map<string, string>()
  for (const file of pending) {
    if (seen.has(file) || seen.size >= MOST_MODULES) continue
    const text = readFileSync(file, 'utf8')
    seen.set(file, text)
    for (const [, specifier = ''] of text.matchAll(IMPORT))
      pending.push(...resolveImport(specifier, file, root))
  }
  return [...seen.values()]
}

function resolveImport(specifier: string, from: string, root: string): string[] {
  const targets = specifier.startsWith('.')
    ? [resolve(dirname(from), specifier)]
    : [join(root, specifier.slice(2)), join(root, 'src', specifier.slice(2))]
  return targets.flatMap((target) => findModule(target) ?? []).slice(0, 1)
}

function findModule(path: string): string | undefined {
  const isFile = (file: string) => existsSync(file) && statSync(file).isFile()
  return [path, ...ENDINGS.flatMap((ending) => [path + ending, join(path, `index${ending}`)])].find(isFile)
}
