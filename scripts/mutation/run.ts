import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { workFolder } from '../lib/paths.mjs'
import { firstFailure, projectsOf, runTests, troubleIn, verdictOf } from './judge.ts'
import type { Mutant } from './protection.ts'
import { mutantsOf } from './protection.ts'
import { protections } from './rows/index.ts'
import { copySources, withMutant } from './workspace.ts'

const { values, positionals } = parseArgs({
  options: { 'at-once': { type: 'string', default: '2' }, why: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const atOnce = Math.min(2, Math.max(1, Number(values['at-once']) || 1))
const isAsked = ({ row, file, test }: Mutant) =>
  positionals.length === 0 || positionals.some((part) => `${row} ${file} ${test}`.includes(part))
const mutants = protections.flatMap(mutantsOf).filter(isAsked)
if (mutants.length === 0) {
  console.error('usage: npm run mutate:rows -- [part of a row, a file or a test]… [--at-once 1] [--why]')
  process.exit(2)
}

mkdirSync(workFolder, { recursive: true })
const place = mkdtempSync(join(workFolder, 'rows-'))
process.once('exit', () => rmSync(place, { recursive: true, force: true }))
const folders = Array.from({ length: atOnce }, (_, index) => join(place, String(index)))
const firstLine = (text: string) => text.trim().split('\n')[0] ?? ''

/** A test that fails anyway would catch everything. */
async function tryUnchanged(folder: string): Promise<void> {
  for (const kind of ['stores', 'unit']) {
    const files = [...new Set(mutants.map(({ test }) => test))].filter((file) =>
      projectsOf(file).includes(kind),
    )
    if (files.length === 0) continue
    const { report, code, output } = await runTests(folder, files)
    const trouble = troubleIn(report, code)
    if (trouble)
      throw new Error(`Tests fail with every protection in place:\n${trouble}\n${report ? '' : output}`)
  }
}

const missed: Mutant[] = []
const left = [...mutants]

async function work(folder: string): Promise<void> {
  for (let mutant = left.shift(); mutant; mutant = left.shift()) {
    const { row, file, text, instead, test, title } = mutant
    const startedAt = performance.now()
    const { report } = await withMutant(join(folder, file), text, instead, () =>
      runTests(folder, [test], { title, bail: true }),
    )
    const verdict = verdictOf(report)
    if (verdict !== 'caught') missed.push(mutant)
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
    console.log(`${verdict.padEnd(10)}  ${row}  ${file}  ${firstLine(text)}  (${seconds} s)`)
    if (verdict !== 'caught') console.log(`            by ${test}${title ? `: ${title}` : ''}`)
    const failure = values.why ? firstFailure(report) : undefined
    if (failure) console.log(`            ${failure.title}\n            ${failure.message}`)
  }
}

try {
  for (const folder of folders) copySources(folder)
  await tryUnchanged(folders[0] ?? '')
  await Promise.all(folders.map(work))
  console.log(`${mutants.length - missed.length} of ${mutants.length} caught`)
  process.exitCode = missed.length > 0 ? 1 : 0
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
