import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parser } from '@prometheus-io/lezer-promql'

/** The folder of the documentation. */
export const docs = join(import.meta.dirname, '../../../../docs')

/** The text of a page or file of the documentation. */
export const read = (file: string): string => readFileSync(join(docs, file), 'utf8')

/** The queries of the dashboard, as Grafana sends them. */
export function dashboardQueries(): string[] {
  const { panels } = JSON.parse(read('monitoring/dashboard.json')) as {
    panels: { targets: { expr: string }[] }[]
  }
  const queries = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))
  return queries.map((query) => query.replace(/\$__(rate_interval|range)\b/g, '5m'))
}

/** A rule of the alerts. */
interface Rule {
  readonly kind: 'record' | 'alert'
  readonly name: string
  readonly query: string
}

/** The rules in `alerts.yaml`, as it is laid out: the query follows the name, on the same line or folded under it. */
export function rulesOfAlerts(): Rule[] {
  const rules = read('monitoring/alerts.yaml').matchAll(
    /^( *)- (record|alert): (\S+)\n\1 {2}expr: (?:>-\n((?:\1 {4}.*\n)+)|(.*)\n)/gm,
  )
  return [...rules].map(([, , kind, name = '', folded, line]) => ({
    kind: kind === 'alert' ? 'alert' : 'record',
    name,
    query: (folded ?? line ?? '').trim().replace(/\s*\n\s*/g, ' '),
  }))
}

/** One series, or several, that a query asks for. */
export interface Selector {
  readonly metric: string
  /** The values that its labels must have. */
  readonly labels: Readonly<Record<string, string>>
  /** Labels that it must have, whatever they are, because an aggregation goes by them. */
  readonly groupedBy: readonly string[]
}

/**
 * The labels that a query asks for; `a|b` counts as two, because a misspelt one would not be noticed.
 *
 * @throws when the query is not PromQL
 */
export function selectorsOf(query: string): Selector[] {
  const selectors: Selector[] = []
  parser.parse(query).iterate({
    enter({ type, node }) {
      if (type.isError)
        throw new Error(`not PromQL: ${query.slice(0, node.from)} <here> ${query.slice(node.from)}`)
      if (type.name !== 'VectorSelector') return
      const groupedBy: string[] = []
      for (let outer = node.parent; outer; outer = outer.parent)
        for (const { from, to } of outer.getChild('AggregateModifier')?.getChildren('GroupingLabels') ?? [])
          groupedBy.push(...(query.slice(from, to).match(/\w+/g) ?? []))
      const [metric = '', matchers = ''] = query.slice(node.from, node.to).split('{')
      for (const labels of alternatives(matchers)) selectors.push({ metric, labels, groupedBy })
    },
  })
  return selectors
}

function alternatives(matchers: string): Readonly<Record<string, string>>[] {
  return [...matchers.matchAll(/(\w+)\s*([=!~]+)\s*"([^"]*)"/g)].reduce<Record<string, string>[]>(
    (all, [, name = '', operator, value = '']) => {
      if (operator !== '=' && operator !== '=~') throw new Error(`nothing here checks ${operator}`)
      const values = operator === '=' ? [value] : value.split('|')
      return all.flatMap((one) => values.map((each) => ({ ...one, [name]: each })))
    },
    [{}],
  )
}

/** A selector as PromQL writes it; `groupedBy` as a label that is not empty. */
export function inPromql({ metric, labels, groupedBy }: Selector): string {
  const matchers = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  const all = [...matchers, ...groupedBy.map((name) => `${name}!=""`)]
  return all.length === 0 ? metric : `${metric}{${all.join(',')}}`
}
