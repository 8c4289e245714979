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
      const { source } = statement
      const names = statement.specifiers.map(
        ({ local, exported }) => [nameOf(local), nameOf(exported)] as const,
      )
      if (source) {
        const from = importedFile(file, source.value)
        return names.map(([local, name]) => called(name, find(from, local)))
      }
      const declared = statement.declaration ? namesIn(statement.declaration) : []
      return [
        ...declared.map((name) => find(file, name)),
        ...names.map(([local, name]) => called(name, find(file, local))),
      ]
    })
    .sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1))
}

/** Under the name that it is exported by. */
const called = (name: string, found: Export): Export => ({
  ...found,
  name,
  signature: found.signature.replace(found.name, name),
})

/** As a reader of the reference sees it. */
function find(file: string, name: string): Export {
  const found = declarationOf(file, name)
  return { name: found.name, file: found.module.file, ...declared(found) }
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
