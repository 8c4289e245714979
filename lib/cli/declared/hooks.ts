import { existsSync, readFileSync, statSync } from 'node:fs'
import type { LoadHookSync, ResolveHookSync } from 'node:module'
import nodeModule from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { STAND_INS } from './stand-ins.ts'

const ENDINGS = ['.ts', '.tsx', '.mts', '.js', '.jsx', '.mjs']
const STAND_IN = 'evergate-doctor:'
/** A specifier of the app's own module: beside the file, or below the folder by the aliases that `create-next-app` writes. */
const OWN = /^(?:(\.{1,2}\/)|[@~#]\/)/

/** Resolves as a bundler does: endings and `index` may be left out, `@/` is the app's folder. */
export const resolverOf =
  (root: string): ResolveHookSync =>
  (specifier, context, next) => {
    if (STAND_INS.has(specifier)) return { url: STAND_IN + specifier, shortCircuit: true }
    try {
      return next(specifier, context)
    } catch (error) {
      for (const url of candidates(specifier, context.parentURL ?? '', root)) {
        try {
          return next(url, context)
        } catch {
          // The next one, or the error of the specifier itself.
        }
      }
      // An app that is run by another copy of the package.
      if (specifier.startsWith('evergate/'))
        return next(specifier, { ...context, parentURL: import.meta.url })
      throw error
    }
  }

function candidates(specifier: string, parent: string, root: string): string[] {
  const own = OWN.exec(specifier)
  // `next/server` is a file that only bundlers find without its ending.
  if (!own) return specifier.startsWith('node:') ? [] : [`${specifier}.js`]
  const bases = own[1]
    ? [join(dirname(fileURLToPath(parent)), specifier)]
    : [join(root, specifier.slice(2)), join(root, 'src', specifier.slice(2))]
  return bases.flatMap(filesOf).map((file) => pathToFileURL(file).href)
}

const filesOf = (path: string) =>
  [path, ...ENDINGS.flatMap((ending) => [path + ending, join(path, `index${ending}`)])].filter(
    (file) => existsSync(file) && statSync(file).isFile(),
  )

/** Loads TypeScript and JSX as Next does, by its own compiler where it is installed. */
export function loaderOf(root: string): LoadHookSync {
  let compiler: Compiler | undefined
  const compile: Compiler = (source, file) => {
    compiler ??= compilerOf(root)
    return compiler(source, file)
  }
  return (url, context, next) => {
    if (url.startsWith(STAND_IN)) return module(STAND_INS.get(url.slice(STAND_IN.length)) ?? '')
    if (!url.startsWith('file:')) return next(url, context)
    const file = fileURLToPath(url)
    if (file.endsWith('.json')) return module(`export default ${readFileSync(file, 'utf8')}`)
    return /\.([mc]?ts|[tj]sx)$/.test(file)
      ? module(compile(readFileSync(file, 'utf8'), file))
      : next(url, context)
  }
}

const module = (source: string) => ({ format: 'module', source, shortCircuit: true })

type Compiler = (source: string, file: string) => string

function compilerOf(root: string): Compiler {
  try {
    const { transformSync } = nodeModule.createRequire(join(root, 'package.json'))(
      'next/dist/build/swc/index.js',
    )
    return (source, file) => {
      const syntax = { syntax: 'typescript', tsx: file.endsWith('x') }
      const jsc = { parser: syntax, target: 'es2022', transform: { react: { runtime: 'automatic' } } }
      return transformSync(source, { filename: file, jsc, module: { type: 'es6' } }).code
    }
  } catch {
    return (source) => nodeModule.stripTypeScriptTypes(source)
  }
}
