import { commentBefore, importedFile, type Module, moduleOf, namesIn, type Statement } from '../modules.ts'

type Declaration = Extract<Statement, { type: 'TSTypeAliasDeclaration' | 'TSInterfaceDeclaration' }>
export type TypeNode = Extract<Declaration, { type: 'TSTypeAliasDeclaration' }>['typeAnnotation']

/** A type as it stands somewhere in a file. */
export type Place = { readonly module: Module; readonly node: TypeNode }

/** A type with a name, and what its comment says. */
export type Named = {
  readonly name: string
  readonly module: Module
  readonly declaration: Declaration
  readonly comment: string
}

/** A type by its name in a file, that file's imports included. */
export function named(file: string, name: string): Named {
  const module = moduleOf(file)
  for (const statement of module.body) {
    if (statement.type === 'ImportDeclaration')
      for (const { local, type } of statement.specifiers)
        if (type === 'ImportSpecifier' && local.name === name)
          return named(importedFile(file, statement.source.value), name)
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
    if (declaration && isType(declaration) && namesIn(declaration).includes(name))
      return { name, module, declaration, comment: commentBefore(module.text, statement.start) }
  }
  throw new Error(`${file} has no type ${name}`)
}

const isType = (declaration: Statement): declaration is Declaration =>
  declaration.type === 'TSTypeAliasDeclaration' || declaration.type === 'TSInterfaceDeclaration'

/** The type that a reference by name refers to. */
export function targetOf({ module, node }: Place): Named {
  if (node.type === 'TSTypeReference' && node.typeName.type === 'Identifier')
    return named(module.file, node.typeName.name)
  throw new Error(`${module.file}: ${textOf({ module, node })} is no name`)
}

export const textOf = ({ module, node }: Place) => module.text.slice(node.start, node.end)

/** The comment before a member of a union, its bar and bracket left out. */
export function commentOfMember({ text }: Module, { start }: TypeNode): string {
  return commentBefore(text, text.slice(0, start).replace(/[|(\s]+$/, '').length)
}
