import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fromRoot } from '../../scripts/lib/paths.mjs'
import { type Figure, type Result, readResults } from '../lib/result.ts'
import { chartPath, hasChart, pageOf } from './page.ts'

const figure: Figure = {
  id: 'rate',
  title: 'Requests a second',
  unit: 'requests/s',
  better: 'more',
  rows: [
    { subject: 'empty', samples: [100], median: 100, min: 100, max: 100 },
    {
      subject: 'evergate',
      samples: [50],
      median: 50,
      min: 50,
      max: 50,
      ratio: { to: 'empty', median: 0.5, min: 0.5, max: 0.5 },
    },
  ],
  targets: [{ text: 'at least 0.9', subject: 'evergate', measured: 0.5, met: false }],
}
const result: Result = {
  part: 'nobody-described-this',
  measuredAt: '2026-01-02T03:04:05.000Z',
  commit: 'abc1234',
  quick: false,
  machine: { cpu: 'a processor', cores: 2, memoryGB: 8, os: 'linux', node: '24' },
  versions: { next: '16' },
  conditions: ['something was faked'],
  figures: [figure],
  failed: [{ subject: 'a peer', why: 'it does not check its sessions' }],
}

describe('the page of the benchmark', () => {
  it('is what the results say: `npm run bench -- report` writes it anew', () => {
    expect(readFileSync(fromRoot('docs', 'performance.md'), 'utf8')).toBe(pageOf(readResults()))
  })

  it('has every chart it shows', () => {
    const charts = readResults()
      .filter(({ part }) => !part.startsWith('profile-'))
      .flatMap(({ part, figures }) => figures.filter(hasChart).map(({ id }) => [part, id] as const))
    const files = charts.flatMap(([part, id]) => [chartPath(part, id, 'light'), chartPath(part, id, 'dark')])
    expect(files.filter((file) => !existsSync(fromRoot('docs', file)))).toEqual([])
  })

  it('shows a part that it knows nothing about', () => {
    const page = pageOf([result])
    expect(page).toContain('| evergate | 50.0 | 0.50 (0.50 – 0.50) |')
    expect(page).toContain('- something was faked')
  })

  it('says what missed its target, and what was not measured', () => {
    const page = pageOf([result])
    expect(page).toContain('Target: evergate at least 0.9. **Missed**: 0.50.')
    expect(page).toContain('Not measured: a peer. it does not check its sessions')
  })
})
