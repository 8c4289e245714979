import type { Figure, Result } from '../lib/result.ts'
import { shortNumber } from '../lib/table.ts'
import { table } from './markdown.ts'

/** Functions that a profile's table shows: the first of each profile, all in all not many. */
const SHOWN = 15

/** All profiles beside each other, the oldest first. */
export function profilesSection(profiles: readonly Result[]): string {
  if (profiles.length === 0) return ''
  const inTime = profiles.toSorted((a, b) => a.measuredAt.localeCompare(b.measuredAt))
  const text = `## Where the time goes

Microseconds of one request with a valid session through \`createGateway()\`, by whose code it is spent in, and the functions that
take most. Timers sample the same sandbox as above. \`npm run bench -- profile NAME\` adds a column.`
  const told = inTime.map(
    ({ part, commit, conditions }) => `- ${nameOf(part)}, commit ${commit}: ${conditions.join(' ')}`,
  )
  return [text, beside(inTime, 'groups', 100), beside(inTime, 'functions', SHOWN), told.join('\n')].join(
    '\n\n',
  )
}

function beside(profiles: readonly Result[], id: string, shown: number): string {
  const columns = profiles.map((profile) => medians(profile.figures.find((figure) => figure.id === id)))
  const subjects = [...new Set(columns.flatMap((column) => [...column.keys()].slice(0, shown)))]
  const rows = subjects.map((subject) => [
    id === 'functions' ? `\`${subject}\`` : subject,
    ...columns.map((column) => (column.has(subject) ? shortNumber(column.get(subject) ?? 0) : '–')),
  ])
  const sums = columns.map((column) => [...column.values()].reduce((all, value) => all + value, 0))
  if (id === 'groups') rows.push(['**together**', ...sums.map(shortNumber)])
  return table(
    [id === 'groups' ? 'whose' : 'function', ...profiles.map(({ part }) => `${nameOf(part)}, µs`)],
    rows,
  )
}

function medians(figure: Figure | undefined): Map<string, number> {
  return new Map((figure?.rows ?? []).map(({ subject, median }) => [subject, median]))
}

const nameOf = (part: string) => part.replace(/^profile-/, '')
