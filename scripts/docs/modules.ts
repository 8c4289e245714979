import { posix } from 'node:path'
import { parseAst } from 'rolldown/parseAst'
import { read } from './pages.ts'

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
