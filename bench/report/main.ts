import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromRoot } from '../../scripts/lib/paths.mjs'
import { measuredRates, SIZING_PAGE, sizingTable, withSizing } from '../growth/sizing.ts'
import { readResults } from '../lib/result.ts'
import { chartOf } from './chart.ts'
import { chartPath, hasChart, pageOf } from './page.ts'

// `npm run bench -- report`: docs/performance.md and its charts, and the table of sizes, from what bench/results holds.

const charts = fromRoot('docs', 'performance')
const results = readResults()
mkdirSync(charts, { recursive: true })
for (const name of readdirSync(charts).filter((file) => file.endsWith('.svg'))) rmSync(join(charts, name))
for (const { part, figures } of results.filter(({ part }) => !part.startsWith('profile-'))) {
  for (const figure of figures.filter(hasChart)) {
    for (const theme of ['light', 'dark'] as const)
      writeFileSync(fromRoot('docs', chartPath(part, figure.id, theme)), `${await chartOf(figure, theme)}\n`)
  }
}
writeFileSync(fromRoot('docs', 'performance.md'), pageOf(results))
console.log(`docs/performance.md: ${results.map(({ part }) => part).join(', ')}`)
const sizing = fromRoot(SIZING_PAGE)
writeFileSync(sizing, withSizing(readFileSync(sizing, 'utf8'), sizingTable(measuredRates())))
