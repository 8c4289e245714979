import { type Declared, declarationOf, importedFile, moduleOf, nameOf, namesIn } from '../modules.ts'

/** One export of an entry point. */
export type Export = {
  readonly name: string
  readonly file: string
  readonly kind: 'function' | 'type' | 'class' | 'constant'
  /** The documentation comment without its asterisks; empty when there is none. */
  readonly comment: string
  /** As it stands in the source: types and classes whole, of functions and constants what a caller sees. */
  readonly signature: string
}

type Declaration = Omit<Export, 'name' | 'file'>

/** All exports of a file, those of other files that it hands on included, by name. */
export function exportsOf(file: string): Export[] {
  const { body } = moduleOf(file)
  return body
    .flatMap((statement): Export[] => {
      if (statement.type === 'ExportAllDeclaration')
        return exportsOf(importedFile(file, statement.source.value))
      if (statement.type !== 'ExportNamedDeclaration') return []
      const declared = statement.declaration ? namesIn(statement.declaration) : []
      return [...declared, ...statement.specifiers.map(({ exported }) => nameOf(exported))].map((name) =>
        find(file, name),
      )
    })
    .sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1))
}

/** Under the name that it is exported by. */
function find(file: string, name: string): Export {
  const found = declarationOf(file, name)
  const { signature, ...rest } = declared(found)
  return { name, file: found.module.file, ...rest, signature: signature.replace(found.name, name) }
}

function declared({ module, statement: { start }, declaration, comment }: Declared): Declaration {
  const until = (end: number) => module.text.slice(start, end).trimEnd()
  if (declaration.type === 'FunctionDeclaration')
    return { kind: 'function', comment, signature: until(declaration.body?.start ?? declaration.end) }
  if (declaration.type === 'ClassDeclaration')
    return { kind: 'class', comment, signature: until(declaration.end) }
  if (declaration.type !== 'VariableDeclaration')
    return { kind: 'type', comment, signature: until(declaration.end) }
  const [first] = declaration.declarations
  return { kind: 'constant', comment, signature: until(first?.id.end ?? declaration.end) }
}
