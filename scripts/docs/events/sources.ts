import type { Field, Shape } from './shapes.ts'
import { shapesOf } from './shapes.ts'
import { named } from './types.ts'
import { valuesOf } from './values.ts'

/** Where events come from: a union of types whose members are told apart by `key`. */
export type Source = {
  readonly title: string
  readonly file: string
  readonly types: readonly string[]
  readonly key: 'type' | 'event'
  /** Further fields of each of them. */
  readonly common: readonly string[]
}

export const sources: readonly Source[] = [
  {
    title: 'The gateway',
    file: 'lib/gateway/events/events.ts',
    types: ['GatewayEvent'],
    key: 'type',
    common: [],
  },
  {
    title: 'The auth server',
    file: 'auth-server/observe/audit.ts',
    types: ['RequestEvent'],
    key: 'event',
    common: ['AuthEventSubject'],
  },
]

/** An event, by the word that tells it from the others. */
export type EventShape = {
  readonly name: string
  readonly comment: string
  readonly fields: readonly Field[]
  /** Named types whose fields it has, too. */
  readonly groups: readonly string[]
}

/** Every event of a source, in the order they stand there. */
export function eventsOf(source: Source): EventShape[] {
  return source.types
    .flatMap((type) => shapesOf(named(source.file, type)))
    .flatMap((shape) => namesOf(shape, source).map((name) => eventOf(name, shape, source)))
}

const isKey =
  ({ key }: Source) =>
  ({ name }: Field) =>
    name === key

function namesOf({ fields }: Shape, source: Source): string[] {
  const field = fields.find(isKey(source))
  return field ? valuesOf(field.type).map(({ value }) => value) : []
}

function eventOf(name: string, { comment, family, fields }: Shape, source: Source): EventShape {
  const groups = fields.flatMap(({ from }) => from?.name ?? [])
  const [said, ofFields] = withoutFields(comment)
  const [, ofFamily] = withoutFields(family)
  return {
    name,
    comment: said,
    fields: fields
      .filter((field) => field.from === null && !isKey(source)(field))
      .map((field) => ({
        ...field,
        comment: field.comment || ofFields.get(field.name) || ofFamily.get(field.name) || '',
      })),
    groups: [...new Set([...groups, ...source.common])],
  }
}

/** A comment without what it says of single fields, as in "The session is over. `reason`: the backend's word for it." */
function withoutFields(comment: string): [rest: string, ofFields: ReadonlyMap<string, string>] {
  const ofFields = new Map<string, string>()
  const rest = comment
    .replace(/\s+/g, ' ')
    .replace(/ ?`(\w+)`: ((?:[^.]|\.(?! |$))+\.?)/g, (_, name: string, said: string) => {
      ofFields.set(name, said)
      return ''
    })
  return [rest, ofFields]
}
