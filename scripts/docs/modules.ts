import { readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { parseAst } from 'rolldown/parseAst'
import { fromRoot } from '../lib/paths.mjs'

/** The text of a file, by its path from the root. */
export const read = (path: string) => readFileSync(fromRoot(path), 'utf8')

/** A source file, read and parsed once. */
export type Module = { readonly file: string; readonly text: string; readonly body: readonly Statement[] }
export type Statement = ReturnType<typeof parseAst>['body'][number]

const modules = new Map<string, Module>()

export function moduleOf(file: string): Module {
  const known = modules.get(file)
  if (known) return known
  const text = read(file)
  const made = { file, text, body: parseAst(text, { lang: file.endsWith('x') ? 'tsx' : 'ts' }).body }
  modules.set(file, made)
  return made
}

/** The names that a declaration gives. */
export function namesIn(declaration: Statement): string[] {
  switch (declaration.type) {
    case 'VariableDeclaration':
      return declaration.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []))
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
    case 'TSTypeAliasDeclaration':
    case 'TSInterfaceDeclaration':
      return declaration.id ? [declaration.id.name] : []
    default:
      return []
  }
}

/** A declaration, and its documentation comment. */
export type Declared<D = Statement> = {
  readonly name: string
  readonly module: Module
  readonly statement: Statement
  readonly declaration: D
  readonly comment: string
}

/** The declaration of a name in a file, where that stands: imports, and exports that hand it on, are followed. */
export function declarationOf(file: string, name: string): Declared {
  const module = moduleOf(file)
  for (const statement of module.body) {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
    if (declaration && namesIn(declaration).includes(name))
      return { name, module, statement, declaration, comment: commentBefore(module.text, statement.start) }
  }
  for (const statement of module.body) {
    if (statement.type !== 'ImportDeclaration' && statement.type !== 'ExportNamedDeclaration') continue
    for (const specifier of statement.specifiers) {
      const [here, there] =
        specifier.type === 'ExportSpecifier'
          ? [nameOf(specifier.exported), nameOf(specifier.local)]
          : [specifier.local.name, nameOf('imported' in specifier ? specifier.imported : specifier.local)]
      const home = statement.source ? importedFile(file, statement.source.value) : file
      if (here === name && (home !== file || there !== name)) return declarationOf(home, there)
    }
  }
  throw new Error(`${file} has no ${name}`)
}

export function nameOf(node: { readonly name?: string; readonly value?: unknown }): string {
  return node.name ?? String(node.value)
}

/** The documentation comment that ends right before a declaration. */
export function commentBefore(text: string, start: number): string {
  const before = text.slice(0, start).trimEnd()
  if (!before.endsWith('*/')) return ''
  const opened = before.lastIndexOf('/*')
  if (!before.startsWith('/**', opened)) return ''
  return before
    .slice(opened + 3, -2)
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .trim()
}

/** The path of what a module of that file imports from `source`. */
export const importedFile = (file: string, source: string) => posix.join(posix.dirname(file), source)
