import { commentBefore, type Module } from '../modules.ts'
import { commentOfMember, type Named, type Place, type TypeNode, targetOf, textOf } from './types.ts'

/** A property. `from` is the named type that it was written down in, where the shape only refers to that. */
export type Field = {
  readonly name: string
  readonly optional: boolean
  readonly comment: string
  readonly type: Place
  readonly from: Named | null
}

/** One of the shapes that a value of a type may have. */
export type Shape = {
  /** The comment before it. */
  readonly comment: string
  /** The comment before the union that it is a member of. */
  readonly family: string
  readonly fields: readonly Field[]
}

/** Every shape of a named type: a union has several, and an intersection puts its parts together. */
export function shapesOf({ module, declaration, comment }: Named): Shape[] {
  if (declaration.type === 'TSInterfaceDeclaration')
    return [{ comment, family: '', fields: fieldsOf(module, declaration.body.body) }]
  return shapesAt({ module, node: declaration.typeAnnotation }).map((shape) => ({
    ...shape,
    family: shape.family || comment,
  }))
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
      return node.types
        .map(inner)
        .reduce((done, part) => done.flatMap((one) => part.map((other) => together(one, other))))
    case 'TSTypeLiteral':
      return [{ comment: '', family: '', fields: fieldsOf(module, node.members) }]
    case 'TSTypeReference': {
      const target = targetOf({ module, node })
      const shapes = shapesOf(target)
      // Of a union each member is an event of its own; anything else is what several have in common.
      if (shapes.length > 1) return shapes
      return shapes.map(({ fields }) => ({
        comment: '',
        family: '',
        fields: fields.map((field) => ({ ...field, from: field.from ?? target })),
      }))
    }
    default:
      throw new Error(`${module.file}: ${textOf({ module, node })} is no shape`)
  }
}

const together = (one: Shape, other: Shape): Shape => ({
  comment: one.comment || other.comment,
  family: one.family || other.family,
  fields: [...one.fields, ...other.fields],
})

type Members = Extract<TypeNode, { type: 'TSTypeLiteral' }>['members']

function fieldsOf(module: Module, members: Members): Field[] {
  return members.map((member) => {
    if (member.type !== 'TSPropertySignature' || member.key.type !== 'Identifier' || !member.typeAnnotation)
      throw new Error(`${module.file}: ${module.text.slice(member.start, member.end)} is no plain property`)
    const node = member.typeAnnotation.typeAnnotation
    const comment = commentBefore(module.text, member.start)
    return { name: member.key.name, optional: member.optional, comment, type: { module, node }, from: null }
  })
}
