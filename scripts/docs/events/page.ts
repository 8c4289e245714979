import { read } from '../pages.ts'
import type { LogLine } from './lines.ts'
import { authServerLines, gatewayLines } from './lines.ts'
import type { Field } from './shapes.ts'
import { shapesOf } from './shapes.ts'
import type { EventShape, Source } from './sources.ts'
import { eventsOf, sources } from './sources.ts'
import { named } from './types.ts'
import { meaningOf, valuesOf } from './values.ts'

export const EVENTS_PAGE = 'docs/events.md'

/** The text above is written by hand. */
const MADE =
  '<!-- From here on made by `npm run docs:api` from the types and what the code writes to its logs. -->'

/** The page of all events, its head as it is. */
export function eventsPage(): string {
  const [head = ''] = read(EVENTS_PAGE).split(MADE)
  const lines = new Map([...gatewayLines(), ...authServerLines()])
  return `${head.trimEnd()}\n\n${MADE}\n\n${sources.map((source) => part(source, lines)).join('\n')}`
}

type Lines = ReadonlyMap<string, readonly LogLine[]>

function part(source: Source, lines: Lines): string {
  const events = eventsOf(source)
  const levelsOf = ({ name }: EventShape) =>
    [...new Set(lines.get(name)?.map(({ level }) => `\`${level}\``))].join(' or ')
  const rows = events.map(
    (event) =>
      `| [\`${event.name}\`](#${anchor(event.name)}) | ${levelsOf(event)} | ${oneLine(event.comment)} |`,
  )
  const groups = [...new Set(events.flatMap((event) => event.groups))]
  return [
    `## ${source.title}`,
    `From [\`${source.file}\`](../${source.file}).`,
    `| event | level in the log | when |\n|---|---|---|\n${rows.join('\n')}`,
    ...groups.map((group) => common(source, group)),
    ...events.map((event) => section(event, levelsOf(event), lines)),
  ].join('\n\n')
}

/** Fields that several events have. */
function common({ file }: Source, group: string): string {
  const type = named(file, group)
  const fields = shapesOf(type).flatMap((shape) => shape.fields.filter(({ from }) => from === null))
  return `### ${group}\n\n${[oneLine(type.comment), listOf(fields)].filter(Boolean).join('\n\n')}`
}

function section({ name, comment, fields, groups }: EventShape, levels: string, lines: Lines): string {
  const links = groups.map((group) => `[${group}](#${anchor(group)})`).join(', ')
  return [
    `### ${name}`,
    `${levels}. ${oneLine(comment)}`,
    listOf(fields),
    links && `${fields.length > 0 ? 'And' : 'Has'} the fields of ${links}.`,
    ...(lines.get(name) ?? []).map(({ text }) => `\`\`\`json\n${text}\n\`\`\``),
  ]
    .filter(Boolean)
    .join('\n\n')
}

const listOf = (fields: readonly Field[]) => fields.map(item).join('\n')

function item(field: Field): string {
  const values = valuesOf(field.type)
  const type = values.map(({ value }) => `\`${value}\``).join(' · ')
  const meaning = oneLine(meaningOf(field))
  return [
    `- \`${field.name}\` (${type}${field.optional ? ', may be absent' : ''})${meaning && `: ${meaning}`}`,
    ...values
      .filter(({ comment }) => comment !== '')
      .map(({ value, comment }) => `  - \`${value}\`: ${oneLine(comment)}`),
  ].join('\n')
}

/** A list in a comment goes on in the same line. */
const oneLine = (comment: string) => comment.replace(/\n- /g, ' ').replace(/\s+/g, ' ').replace(/^- /, '')

/** As GitHub makes it from a heading. */
const anchor = (heading: string) => heading.toLowerCase().replace(/[^a-z0-9_-]/g, '')
