import type { Figure, Result, Row } from './result.ts'

/** A result as a terminal shows it: one table for each figure. */
export function tablesOf(result: Result): string {
  const tables = result.figures.map((figure) =>
    [heading(figure), ...linesOf(figure), ...promises(figure)].join('\n'),
  )
  const failed = (result.failed ?? []).map(({ subject, why }) => `not measured: ${subject}: ${why}`)
  return [...tables, ...(failed.length > 0 ? [failed.join('\n')] : [])].join('\n\n')
}

/** Three digits that count, and no more of them than there are before the point. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const digits = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)))
  return value.toLocaleString('en-US', {
    minimumFractionDigits: Math.min(2, Math.max(0, 2 - digits)),
    maximumFractionDigits: Math.min(2, Math.max(0, 2 - digits)),
  })
}

function heading({ title, unit, better }: Figure): string {
  return `${title} (${unit}; ${better} is better)`
}

function linesOf({ rows }: Figure): string[] {
  const head = ['', 'median', 'from', 'to', ratioHead(rows) ?? '']
  const table = [head, ...rows.map(cellsOf)]
  const widths = head.map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)))
  return table.map((cells) =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  )
}

/** The subject that a figure's ratios refer to; undefined without ratios. */
export function ratioHead(rows: readonly Row[]): string | undefined {
  const [base, ...others] = new Set(rows.flatMap(({ ratio }) => (ratio ? [ratio.to] : [])))
  if (base === undefined) return undefined
  return others.length > 0 ? 'of the first of its kind' : `of ${base}`
}

function cellsOf({ subject, median, min, max, ratio }: Row): string[] {
  return [
    subject,
    shortNumber(median),
    shortNumber(min),
    shortNumber(max),
    ratio ? shortNumber(ratio.median) : '',
  ]
}

function promises({ targets = [] }: Figure): string[] {
  return targets.map(
    ({ text, measured, met }) => `${met ? 'met' : 'MISSED'}: ${text}; measured ${shortNumber(measured)}`,
  )
}
