import { posix } from 'node:path'

/** The modules that a declaration imports: `from '…'`, `import '…'`, `import('…')`. */
const imported = /(\bfrom\s*|\bimport\s*\(?\s*)(['"])([^'"\n]+)\2/g

/** The declarations that entries such as `next/index.d.ts` name, at any remove; the compiler writes more. */
export function reachableDeclarations(entries: readonly string[], read: (file: string) => string): string[] {
  const found = new Set(entries)
  for (const file of found) {
    for (const [, , , specifier = ''] of read(file).matchAll(imported)) {
      if (!specifier.startsWith('.') || specifier.endsWith('.css')) continue
      found.add(posix.join(posix.dirname(file), specifier).replace(/\.(tsx?|js)$/, '.d.ts'))
    }
  }
  return [...found]
}

/**
 * The text with imports that hold in what is delivered: `./session.ts` is `./session.js`, and no types are in a style sheet. `next/server` is
 * `next/server.js`, since Next has no `exports` and Node's resolution guesses no endings.
 */
export function withBuiltImports(text: string): string {
  const withoutStyles = text.replace(/^import ['"][^'"]+\.css['"];?\n/gm, '')
  return withoutStyles.replace(imported, (_, keyword: string, quote: string, specifier: string) => {
    const to = specifier.startsWith('.')
      ? specifier.replace(/\.tsx?$/, '.js')
      : specifier.replace(/^(next\/\w+)$/, '$1.js')
    return `${keyword}${quote}${to}${quote}`
  })
}
