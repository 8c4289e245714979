import { parse, View } from 'vega'
import { compile } from 'vega-lite'
import { quantile } from '../lib/median.ts'
import type { Figure } from '../lib/result.ts'
import { shortNumber } from '../lib/table.ts'

type Theme = { readonly ink: string; readonly ours: string; readonly peer: string; readonly base: string }

/** Bars on GitHub's two backgrounds; each colour stands out against its own by 3 to 1 at least. */
const THEMES: Readonly<Record<'light' | 'dark', Theme>> = {
  light: { ink: '#1f2328', ours: '#0969da', peer: '#8c959f', base: '#57606a' },
  dark: { ink: '#e6edf3', ours: '#4493f8', peer: '#6e7681', base: '#9198a1' },
}

/** No competitors: what it costs at the least. */
const REFERENCES = ['no middleware', 'empty', 'jose alone']

/** Narrow enough for a phone, where it is shown at its own size. */
const WIDTH = 280

/** A figure as horizontal bars of its medians, each below its subject, with a line over the middle four fifths of the rounds. */
export async function chartOf({ rows, unit }: Figure, theme: 'light' | 'dark'): Promise<string> {
  const { ink, ours, peer, base } = THEMES[theme]
  const values = rows.map(({ subject, samples, median, ratio }) => ({
    subject,
    median: Math.max(0, median),
    low: Math.max(0, quantile(samples, 0.1)),
    high: Math.max(0, quantile(samples, 0.9)),
    end: Math.max(0, median, quantile(samples, 0.9)),
    label: shortNumber(median),
    kind: /^evergate/i.test(subject)
      ? 'ours'
      : ratio?.to === subject || REFERENCES.includes(subject)
        ? 'base'
        : 'peer',
  }))
  const y = { field: 'subject', type: 'nominal', sort: null, title: null, axis: null }
  const x = (field: string) => ({ field, type: 'quantitative', title: null, axis: null })
  const spec = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'transparent',
    padding: 4,
    width: WIDTH,
    height: { step: 42 },
    data: { values },
    title: { text: unit, anchor: 'start', frame: 'group', fontSize: 13, fontWeight: 'bold', color: ink },
    layer: [
      {
        mark: { type: 'bar', size: 14, yOffset: 8, cornerRadiusEnd: 2 },
        encoding: {
          y,
          x: x('median'),
          color: {
            field: 'kind',
            legend: null,
            scale: { domain: ['ours', 'peer', 'base'], range: [ours, peer, base] },
          },
        },
      },
      {
        mark: { type: 'rule', yOffset: 8, y2Offset: 8, color: ink, opacity: 0.7 },
        encoding: { y, x: x('low'), x2: { field: 'high' } },
      },
      {
        mark: { type: 'text', align: 'left', dx: 5, yOffset: 8, fontSize: 12, color: ink },
        encoding: { y, x: x('end'), text: { field: 'label' } },
      },
      {
        mark: { type: 'text', align: 'left', yOffset: -9, fontSize: 13, color: ink },
        encoding: { y, x: { value: 0 }, text: { field: 'subject' } },
      },
    ],
    config: {
      view: { stroke: null },
      font: 'system-ui, sans-serif',
    },
  }
  return new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG()
}
