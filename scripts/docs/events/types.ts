import { commentBefore, type Declared, declarationOf, type Module, type Statement } from '../modules.ts'

type Declaration = Extract<Statement, { type: 'TSTypeAliasDeclaration' | 'TSInterfaceDeclaration' }>
type TypeNode = Extract<Declaration, { type: 'TSTypeAliasDeclaration' }>['typeAnnotation']
type Members = Extract<TypeNode, { type: 'TSTypeLiteral' }>['members']

/** A type as it stands somewhere in a file. */
type Place = { readonly module: Module; readonly node: TypeNode }

/** A type with a name. */
type Named = Declared<Declaration>

/** A property. `group` is the named type that it was written down in, where the shape only refers to that. */
export type Field = {
  readonly name: string
  readonly optional: boolean
  readonly comment: string
  readonly type: Place
  readonly group: Named | null
}

/** One of the shapes that a value of a type may have, and the comment before it. */
export type Shape = { readonly comment: string; readonly fields: readonly Field[] }

/** A value that a type allows, and the comment before it. */
type Value = { readonly value: string; readonly comment: string }

const isType = (found: Declared): found is Named =>
  found.declaration.type === 'TSTypeAliasDeclaration' || found.declaration.type === 'TSInterfaceDeclaration'

export function named(file: string, name: string): Named {
  const found = declarationOf(file, name)
  if (isType(found)) return found
  throw new Error(`${file}: ${name} is no type`)
}

export const textOf = ({ module, node }: Place) => module.text.slice(node.start, node.end)

/** The type that a reference by name refers to. */
function targetOf({ module, node }: Place): Named {
  if (node.type === 'TSTypeReference' && node.typeName.type === 'Identifier')
    return named(module.file, node.typeName.name)
  throw new Error(`${module.file}: ${textOf({ module, node })} is no name`)
}

/** The comment before a member of a union, its bar and bracket left out. */
function commentOfMember({ text }: Module, { start }: TypeNode): string {
  return commentBefore(text, text.slice(0, start).replace(/[|(\s]+$/, '').length)
}

/** Every shape of a named type: a union has several, and an intersection puts its parts together. */
export function shapesOf({ module, declaration, comment }: Named): Shape[] {
  if (declaration.type === 'TSTypeAliasDeclaration')
    return shapesAt({ module, node: declaration.typeAnnotation })
  return [{ comment, fields: fieldsOf(module, declaration.body.body) }]
}

function shapesAt({ module, node }: Place): Shape[] {
  const inner = (child: TypeNode) => shapesAt({ module, node: child })
  switch (node.type) {
    case 'TSParenthesizedType':
      return inner(node.typeAnnotation)
    case 'TSUnionType':
      return node.types.flatMap((member) => {
        const comment = commentOfMember(module, member)
        return inner(member).map((shape) => (comment === '' ? shape : { ...shape, comment }))
      })
    case 'TSIntersectionType':
      return node.types.map(inner).reduce((done, part) => done.flatMap((one) => part.map(joined(one))))
    case 'TSTypeLiteral':
      return [{ comment: '', fields: fieldsOf(module, node.members) }]
    default: {
      const group = targetOf({ module, node })
      const shapes = shapesOf(group)
      // Of a union each member is an event of its own; anything else is common to several.
      if (shapes.length > 1) return shapes
      return shapes.map(({ fields }) => ({
        comment: '',
        fields: fields.map((field) => ({ ...field, group: field.group ?? group })),
      }))
    }
  }
}

const joined =
  (one: Shape) =>
  (other: Shape): Shape => ({
    comment: one.comment || other.comment,
    fields: [...one.fields, ...other.fields],
  })

function fieldsOf(module: Module, members: Members): Field[] {
  return members.map((member) => {
    if (member.type !== 'TSPropertySignature' || member.key.type !== 'Identifier' || !member.typeAnnotation)
      throw new Error(`${module.file}: ${module.text.slice(member.start, member.end)} is no plain property`)
    const type = { module, node: member.typeAnnotation.typeAnnotation }
    const own = commentBefore(module.text, member.start)
    const comment = own || (type.node.type === 'TSTypeReference' ? targetOf(type).comment : '')
    return { name: member.key.name, optional: member.optional, comment, type, group: null }
  })
}

/** Every value of a type, where these are words and can be listed; the type itself otherwise. */
export function valuesOf(place: Place): Value[] {
  const { module, node } = place
  switch (node.type) {
    case 'TSUnionType':
      return node.types.flatMap((member) => {
        const comment = commentOfMember(module, member)
        return valuesOf({ module, node: member }).map((one) => ({ ...one, comment: comment || one.comment }))
      })
    case 'TSTypeReference': {
      const { module: home, declaration } = targetOf(place)
      if (declaration.type === 'TSTypeAliasDeclaration')
        return valuesOf({ module: home, node: declaration.typeAnnotation })
      break
    }
    case 'TSIndexedAccessType': {
      const [key] = valuesOf({ module, node: node.indexType })
      return shapesOf(targetOf({ module, node: node.objectType }))
        .flatMap(({ fields }) => fields.filter(({ name }) => name === key?.value))
        .flatMap(({ type }) => valuesOf(type))
    }
    case 'TSLiteralType':
      if ('value' in node.literal) return [{ value: String(node.literal.value), comment: '' }]
  }
  return [{ value: textOf(place), comment: '' }]
}
