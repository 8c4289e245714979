import type { Figure, Result, Row, Target } from '../lib/result.ts'
import { ratioHead, shortNumber } from '../lib/table.ts'
import { table } from './markdown.ts'
import { profilesSection } from './profiles.ts'
import { PROSE } from './prose.ts'
import { WHY } from './why.ts'

/** Where a figure's chart is, seen from the page. */
export const chartPath = (part: string, figure: string, theme: 'light' | 'dark') =>
  `performance/${part}-${figure}${theme === 'dark' ? '-dark' : ''}.svg`

/** A figure of which a chart says more than its table. */
export const hasChart = ({ rows }: Figure) => rows.length > 1

/** `docs/performance.md`: every result that there is, in tables and charts. */
export function pageOf(results: readonly Result[]): string {
  const parts = inOrder(results.filter(({ part }) => !part.startsWith('profile-')))
  const profiles = results.filter(({ part }) => part.startsWith('profile-'))
  const sections = [intro, summary(parts), ...parts.map(section), profilesSection(profiles)]
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`
}

const intro = `# Performance

What Evergate costs, beside what others cost, measured side by side in one run. This page is made from
[bench/results](../bench/results) by the benchmark itself; \`npm run bench\` repeats it on your machine, and
[CONTRIBUTING.md](../CONTRIBUTING.md#benchmark) says how.

Read ratios, not numbers: numbers are those of one machine. Each round measures every subject once, in changing order, so
that a noisy moment hits all of them; a ratio compares two subjects within a round, and what stands here is the median of all
rounds, with the lowest and the highest. The line in a bar spans the middle four fifths of the rounds.`

function inOrder(results: readonly Result[]): Result[] {
  const known = Object.keys(PROSE)
  const place = ({ part }: Result) => (known.includes(part) ? known.indexOf(part) : known.length)
  return results.toSorted((a, b) => place(a) - place(b) || a.part.localeCompare(b.part, 'en'))
}

/** Every target of every part in one table. */
function summary(results: readonly Result[]): string {
  const rows = results.flatMap((result) =>
    result.figures.flatMap((figure) =>
      (figure.targets ?? []).map((target) => [
        `[${titleOf(result)}](#${anchor(titleOf(result))}): ${lowerFirst(figure.title)}`,
        `${target.subject}: ${target.text}`,
        shortNumber(target.measured),
        target.met ? 'met' : '**missed**',
      ]),
    ),
  )
  return rows.length === 0 ? '' : `## Targets\n\n${table(['what', 'target', 'measured', ''], rows)}`
}

function section(result: Result): string {
  const { part, figures, failed = [] } = result
  return [
    `## ${titleOf(result)}`,
    PROSE[part]?.text ?? '',
    ...figures.map((figure) => figureSection(part, figure)),
    failed.map(({ subject, why }) => `Not measured: ${subject}. ${why.split('\n')[0]}`).join('\n\n'),
    details(result),
  ]
    .filter((text) => text !== '')
    .join('\n\n')
}

function figureSection(part: string, figure: Figure): string {
  const { id, title, unit, better, rows, targets = [] } = figure
  const chart = hasChart(figure) ? chartOf(part, id, title) : ''
  const withRatio = ratioHead(rows)
  const isSpread = rows.some(({ min, max }) => min !== max)
  const head = ['', unit, ...(isSpread ? ['from – to'] : []), ...(withRatio ? [withRatio] : [])]
  return [
    `### ${title}`,
    `${unit}, ${better} is better.`,
    chart,
    table(
      head,
      rows.map((row) => cellsOf(row, isSpread, withRatio !== undefined)),
    ),
    ...targets.map((target) => targetText(part, id, target)),
  ]
    .filter((text) => text !== '')
    .join('\n\n')
}

function cellsOf(
  { subject, note, median, min, max, ratio }: Row,
  isSpread: boolean,
  hasRatio: boolean,
): string[] {
  const range = (low: number, high: number) => `${shortNumber(low)} – ${shortNumber(high)}`
  const ratioCell = ratio ? `${shortNumber(ratio.median)} (${range(ratio.min, ratio.max)})` : ''
  return [
    note ? `${subject}, ${note}` : subject,
    shortNumber(median),
    ...(isSpread ? [range(min, max)] : []),
    ...(hasRatio ? [ratioCell] : []),
  ]
}

function targetText(part: string, figure: string, { text, subject, measured, met }: Target): string {
  const said = `Target: ${subject} ${text}. ${met ? 'Met' : '**Missed**'}: ${shortNumber(measured)}.`
  const why = met ? undefined : WHY[`${part}/${figure}/${subject}`]
  return why ? `${said} ${why}` : said
}

function chartOf(part: string, figure: string, title: string): string {
  return `<picture><source media="(prefers-color-scheme: dark)" srcset="${chartPath(part, figure, 'dark')}"><img src="${chartPath(part, figure, 'light')}" alt="Chart: ${title}; the table below has the numbers"></picture>`
}

/** How it was measured, folded away. */
function details({ measuredAt, commit, machine, versions, conditions }: Result): string {
  const { cpu, cores, memoryGB, os, node } = machine
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  return [
    '<details><summary>How this was measured, and with what</summary>',
    conditions.map((condition) => `- ${condition}`).join('\n'),
    `${measuredAt.slice(0, 10)}, commit ${commit}; ${cpu}, ${cores} cores, ${memoryGB} GB, ${os}, Node ${node}; ${packages.join(', ')}.`,
    '</details>',
  ].join('\n\n')
}

const titleOf = ({ part }: Result) => PROSE[part]?.title ?? part
const anchor = (title: string) => title.toLowerCase().replaceAll(' ', '-')
const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1)
