import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { workFolder } from '../../scripts/lib/paths.mjs'
import { brokenFiles, firstFailure, projectsOf, runTests, verdictOf } from './judge.ts'
import type { Mutant } from './protection.ts'
import { mutantsOf } from './protection.ts'
import { protections } from './rows/index.ts'
import { copySources, withMutant } from './workspace.ts'

const { values, positionals } = parseArgs({
  options: { 'at-once': { type: 'string', default: '2' }, why: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const atOnce = Math.min(2, Math.max(1, Number(values['at-once']) || 1))
const wanted = positionals.filter((part) => !part.startsWith('!'))
const unwanted = positionals.filter((part) => part.startsWith('!')).map((part) => part.slice(1))
const isAsked = ({ row, file, test }: Mutant) => {
  const holds = (part: string) => `${row} ${file} ${test}`.includes(part)
  return (wanted.length === 0 || wanted.some(holds)) && !unwanted.some(holds)
}
const mutants = protections.flatMap(mutantsOf).filter(isAsked)
if (mutants.length === 0) {
  console.error(
    'usage: npm run mutate:rows -- [part of a row, a file or a test, ! before those to leave out]… [--at-once 1] [--why]',
  )
  process.exit(2)
}

mkdirSync(workFolder, { recursive: true })
const place = mkdtempSync(join(workFolder, 'rows-'))
process.once('exit', () => rmSync(place, { recursive: true, force: true }))
const folders = Array.from({ length: atOnce }, (_, index) => join(place, String(index)))
const firstLine = (text: string) => text.trim().split('\n')[0] ?? ''

/** Milliseconds for all the tests together. */
const LONGEST_OF_ALL = 1_800_000

/** The files with a test that fails anyway, and would catch everything. */
async function tryUnchanged(folder: string): Promise<Map<string, string>> {
  const broken = new Map<string, string>()
  for (const kind of ['stores', 'unit']) {
    const all = [...new Set(mutants.map(({ test }) => test))]
    const files = all.filter((file) => projectsOf(file).includes(kind))
    if (files.length === 0) continue
    const { report, code, output } = await runTests(folder, files, { longest: LONGEST_OF_ALL })
    if (!report?.numPassedTests) throw new Error(`No test has run (exit code ${code}).\n${output}`)
    for (const [file, what] of brokenFiles(report, folder)) broken.set(file, what)
  }
  return broken
}

const missed: Mutant[] = []
const left: Mutant[] = []

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
  const broken = await tryUnchanged(folders[0] ?? '')
  for (const [file, what] of broken) console.log(`fails with every protection in place: ${file}: ${what}`)
  left.push(...mutants.filter(({ test }) => !broken.has(test)))
  missed.push(...mutants.filter(({ test }) => broken.has(test)))
  await Promise.all(folders.map(work))
  console.log(`${mutants.length - missed.length} of ${mutants.length} caught`)
  process.exitCode = missed.length > 0 ? 1 : 0
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
