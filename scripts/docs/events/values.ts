import type { Field } from './shapes.ts'
import { shapesOf } from './shapes.ts'
import { commentOfMember, type Place, targetOf, textOf } from './types.ts'

/** A value that a type allows; `comment` is what stands before it. */
export type Value = { readonly value: string; readonly comment: string }

/** Every value of a type, where these are words and can be listed; the type itself otherwise. */
export function valuesOf(place: Place): Value[] {
  const { module, node } = place
  switch (node.type) {
    case 'TSParenthesizedType':
      return valuesOf({ module, node: node.typeAnnotation })
    case 'TSUnionType':
      return node.types.flatMap((member) => {
        const comment = commentOfMember(module, member)
        return valuesOf({ module, node: member }).map((one) => ({ ...one, comment: comment || one.comment }))
      })
    case 'TSTypeReference': {
      const { module: home, declaration } = targetOf(place)
      return declaration.type === 'TSTypeAliasDeclaration'
        ? valuesOf({ module: home, node: declaration.typeAnnotation })
        : [{ value: textOf(place), comment: '' }]
    }
    case 'TSIndexedAccessType': {
      const [key] = valuesOf({ module, node: node.indexType })
      const types = shapesOf(targetOf({ module, node: node.objectType }))
        .flatMap(({ fields }) => fields)
        .filter(({ name }) => name === key?.value)
      return types.flatMap(({ type }) => valuesOf(type))
    }
    case 'TSLiteralType':
      return [
        {
          value: 'value' in node.literal ? String(node.literal.value) : textOf(place),
          comment: '',
        },
      ]
    default:
      return [{ value: textOf(place), comment: '' }]
  }
}

/** The comment on a field: its own, or else that of the type it has. */
export function meaningOf({ comment, type }: Field): string {
  if (comment !== '' || type.node.type !== 'TSTypeReference') return comment
  return targetOf(type).comment
}
