import { createAudit } from '../../../auth-server/observe/audit.ts'
import { createLogger } from '../../../auth-server/observe/logger.ts'
import { authServerExamples, gatewayExamples } from '../../../docs/examples/events.ts'
import { logEvent } from '../../../lib/next/log.ts'
import { read } from '../modules.ts'
import type { Field } from './types.ts'
import { named, shapesOf, valuesOf } from './types.ts'

export const EVENTS_PAGE = 'docs/events.md'

/** The text above is written by hand. */
const MADE =
  '<!-- From here on made by `npm run docs:api` from the types and what the code writes to its logs. -->'

/** A union of types whose members are told apart by `key`. `common` names further fields of each of them. */
export type Source = {
  readonly title: string
  readonly file: string
  readonly type: string
  readonly key: 'type' | 'event'
  readonly common: readonly string[]
}

const gateway = { title: 'The gateway', file: 'lib/gateway/events/events.ts', type: 'GatewayEvent' }
const authServer = { title: 'The auth server', file: 'auth-server/observe/audit.ts', type: 'RequestEvent' }
export const sources: readonly Source[] = [
  { ...gateway, key: 'type', common: [] },
  { ...authServer, key: 'event', common: ['AuthEventSubject'] },
]

/** An event. `groups` are the named types whose fields it has, too. */
type EventShape = {
  readonly name: string
  readonly comment: string
  readonly fields: readonly Field[]
  readonly groups: readonly string[]
}

/** Every event of a source, in the order they stand there. */
export function eventsOf({ file, type, key, common }: Source): EventShape[] {
  return shapesOf(named(file, type)).flatMap(({ comment, fields }) => {
    const word = fields.find(({ name }) => name === key)
    return (word ? valuesOf(word.type) : []).map(({ value }) => ({
      name: value,
      comment,
      fields: fields.filter((field) => field.group === null && field !== word),
      groups: [...new Set([...fields.flatMap(({ group }) => group?.name ?? []), ...common])],
    }))
  })
}

/** The page of all events, its head as it is. */
export function eventsPage(): string {
  const [head = ''] = read(EVENTS_PAGE).split(MADE)
  const lines = allLines()
  return `${head.trimEnd()}\n\n${MADE}\n\n${sources.map((source) => part(source, lines)).join('\n')}`
}

/** A line of a log, and the event that it tells of. */
type Line = { readonly name: string; readonly level: string; readonly text: string }

/** Pages must not change with the time of day. */
const TIME = '2026-11-24T03:00:00.000Z'
/** pino writes levels as numbers. */
const LEVELS: Readonly<Record<string, string>> = { 20: 'debug', 30: 'info', 40: 'warn', 50: 'error' }

/** The lines that the code itself writes for the examples. */
function allLines(): readonly Line[] {
  const written: string[] = []
  const write = (text: string) => void written.push(text)
  const audit = createAudit(createLogger('trace', { write }))
  const { debug, info, warn } = console
  const { LOG_LEVEL } = process.env
  Object.assign(console, { debug: write, info: write, warn: write })
  process.env.LOG_LEVEL = 'trace'
  try {
    for (const event of Object.values(gatewayExamples).flat()) logEvent(event)
    for (const event of Object.values(authServerExamples).flat()) audit(event, {})
  } finally {
    Object.assign(console, { debug, info, warn })
    process.env.LOG_LEVEL = LOG_LEVEL ?? ''
  }
  return written.map((text) => {
    const line = JSON.parse(text)
    line.time = typeof line.time === 'number' ? Date.parse(TIME) : TIME
    return {
      name: line.type ?? line.event,
      level: LEVELS[line.level] ?? line.level,
      text: JSON.stringify(line),
    }
  })
}

function part(source: Source, lines: readonly Line[]): string {
  const events = eventsOf(source)
  const levelsOf = ({ name }: EventShape) =>
    [...new Set(lines.flatMap((line) => (line.name === name ? `\`${line.level}\`` : [])))].join(' or ')
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
  const fields = shapesOf(type).flatMap((shape) => shape.fields.filter((field) => field.group === null))
  return `### ${group}\n\n${[oneLine(type.comment), listOf(fields)].filter(Boolean).join('\n\n')}`
}

function section(
  { name, comment, fields, groups }: EventShape,
  levels: string,
  lines: readonly Line[],
): string {
  const links = groups.map((group) => `[${group}](#${anchor(group)})`).join(', ')
  return [
    `### ${name}`,
    `${levels}. ${oneLine(comment)}`,
    listOf(fields),
    links && `${fields.length > 0 ? 'And' : 'Has'} the fields of ${links}.`,
    ...lines.flatMap((line) => (line.name === name ? `\`\`\`json\n${line.text}\n\`\`\`` : [])),
  ]
    .filter(Boolean)
    .join('\n\n')
}

const listOf = (fields: readonly Field[]) => fields.map(item).join('\n')

function item({ name, optional, comment, type }: Field): string {
  const values = valuesOf(type)
  const list = values.map(({ value }) => `\`${value}\``).join(' · ')
  const meaning = oneLine(comment)
  return [
    `- \`${name}\` (${list}${optional ? ', may be absent' : ''})${meaning && `: ${meaning}`}`,
    ...values.flatMap((one) => (one.comment ? [`  - \`${one.value}\`: ${oneLine(one.comment)}`] : [])),
  ].join('\n')
}

/** A list in a comment goes on in the same line. */
const oneLine = (comment: string) => comment.replace(/\n- /g, ' ').replace(/\s+/g, ' ').replace(/^- /, '')

/** As GitHub makes it from a heading. */
const anchor = (heading: string) => heading.toLowerCase().replace(/[^a-z0-9_-]/g, '')
