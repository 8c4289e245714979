/** `npm run docs:api`: writes docs/api, and the catalogue of events, from the comments in the source. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { SIZES_PAGE, sizesPage } from '../../../bench/size/page.ts'
import { fromRoot } from '../../lib/paths.mjs'
import { backendPages } from '../backends/page.ts'
import { EVENTS_PAGE, eventsPage } from '../events/page.ts'
import { OPTIONS_PAGE, optionsPage } from '../options/page.ts'
import { referenceFiles } from './reference.ts'

const folder = fromRoot('docs', 'api')
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
for (const [path, text] of referenceFiles()) writeFileSync(fromRoot(path), text)
writeFileSync(fromRoot(EVENTS_PAGE), eventsPage())
writeFileSync(fromRoot(OPTIONS_PAGE), optionsPage())
writeFileSync(fromRoot(SIZES_PAGE), sizesPage())
for (const [path, text] of backendPages()) writeFileSync(fromRoot(path), text)
console.log(`docs/api: ${referenceFiles().size} pages; ${EVENTS_PAGE}; ${OPTIONS_PAGE}`)
