import { optionTable } from '../../../lib/next/config/option-table.ts'
import { type Field, named, shapesOf, textOf } from '../events/types.ts'
import { read } from '../modules.ts'

export const OPTIONS_PAGE = 'docs/options.md'

/** The text above is written by hand. */
const MADE =
  '<!-- From here on made by `npm run docs:api` from `GatewayOptions` and the table of options. -->'

const TITLES = '| option | set in | type | default | meaning |'

/** The page of all options, its head as it is. */
export function optionsPage(): string {
  const [head = ''] = read(OPTIONS_PAGE).split(MADE)
  const rows = gatewayOptions().map(({ field, meaning, default: value }) =>
    [`\`${field.name}\``, placesOf(field.name), code(textOf(field.type)), value, meaning].join(' | '),
  )
  const table = [TITLES, '|---|---|---|---|---|', ...rows.map((row) => `| ${row} |`)]
  return `${head.trimEnd()}\n\n${MADE}\n\n${table.join('\n')}\n`
}

/** Every option with its comment, the sentence about its default apart from the rest. */
export function gatewayOptions() {
  const fields = shapesOf(named('lib/gateway/options.ts', 'GatewayOptions')).flatMap((shape) => shape.fields)
  return fields.map((field) => ({ field, ...splitComment(field) }))
}

const DEFAULT = /\s*\bDefault(?<scope> for all other paths)?:? (?<value>.+?)\.(?=\s|$)/

function splitComment({ comment, optional }: Field): { meaning: string; default: string } {
  const text = comment.replace(/\s*\n\s*/g, ' ').replace(/\{@link (.+?)\}/g, '`$1`')
  const { value, scope = '' } = DEFAULT.exec(text)?.groups ?? {}
  const told = value === undefined ? '' : value + scope
  return { meaning: text.replace(DEFAULT, '').trim(), default: optional ? told : told || 'none: needed' }
}

/** A `|` would end the cell. */
const code = (text: string) => `\`${text.replace(/\s+/g, ' ').replaceAll('|', '\\|')}\``

const INLETS = {
  createGateway: '`createGateway()`',
  withGateway: '`withGateway()`',
  build: 'found by `withGateway()`',
}

function placesOf(name: string): string {
  const { inlets, variables, alsoFrom } = optionTable[name as keyof typeof optionTable]
  const names = [...Object.keys(variables ?? {}), ...(alsoFrom ? [alsoFrom] : [])]
  const places = [...names.map((variable) => `\`${variable}\``), ...inlets.map((inlet) => INLETS[inlet])]
  return places.join(', ') || '`createSessionGateway()`'
}
