import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Machine } from './machine.ts'
import { type Spread, spread } from './median.ts'

/** The measurements of one part in one run: a file of `bench/results/`. */
export type Result = {
  /** Names the file, and the part's prose in `bench/report/prose.ts`. */
  readonly part: string
  readonly measuredAt: string
  readonly commit: string
  readonly quick: boolean
  readonly machine: Machine
  readonly versions: Readonly<Record<string, string>>
  /** Facts that a reader needs to repeat or to doubt it: fakes, durations, counts. One sentence each. */
  readonly conditions: readonly string[]
  readonly figures: readonly Figure[]
  /** Subjects that could not be measured, and why. */
  readonly failed?: readonly { readonly subject: string; readonly why: string }[]
}

/** One table and one chart. */
export type Figure = {
  readonly id: string
  readonly title: string
  readonly unit: string
  readonly better: 'more' | 'less'
  readonly rows: readonly Row[]
  readonly targets?: readonly Target[]
}

export type Row = Spread & {
  readonly subject: string
  readonly note?: string
  /** One for each round, in the order of the rounds: of two rows, samples of one place were taken one after the other. */
  readonly samples: readonly number[]
  readonly ratio?: Spread & { readonly to: string }
}

/** The promise for one row. The reason of a missed one stands in `bench/report/why.ts`. */
export type Target = {
  readonly text: string
  readonly subject: string
  readonly measured: number
  readonly met: boolean
}

/** Rows of what was measured in rounds, each with its ratio to one of them: the median of the rounds' ratios, never the ratio of medians. */
export function rowsOf(
  samples: Readonly<Record<string, readonly number[]>>,
  { ratioTo, notes = {} }: { ratioTo?: string; notes?: Readonly<Record<string, string>> } = {},
): Row[] {
  const base = ratioTo === undefined ? undefined : samples[ratioTo]
  return Object.entries(samples).map(([subject, own]) => ({
    subject,
    ...(notes[subject] === undefined ? {} : { note: notes[subject] }),
    samples: own.map(rounded),
    ...roundedSpread(own),
    ...(base && ratioTo !== undefined ? { ratio: { to: ratioTo, ...ratio(own, base) } } : {}),
  }))
}

/** Of round by round: `own` over `base`. */
export function ratio(own: readonly number[], base: readonly number[]): Spread {
  const rounds = Math.min(own.length, base.length)
  const ratios = Array.from(
    { length: rounds },
    (_, round) => (own[round] ?? Number.NaN) / (base[round] ?? Number.NaN),
  )
  return roundedSpread(ratios)
}

function roundedSpread(samples: readonly number[]): Spread {
  const { median, min, max } = spread(samples)
  return { median: rounded(median), min: rounded(min), max: rounded(max) }
}

/** Four digits that count: more are noise, and a longer diff. */
function rounded(value: number): number {
  return Number(value.toPrecision(4))
}

const folder = fileURLToPath(new URL('../results/', import.meta.url))

export function writeResult(result: Result): string {
  mkdirSync(folder, { recursive: true })
  const file = `${folder}${result.part}.json`
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`)
  return file
}

/** Every result that is there, by name. */
export function readResults(): Result[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
  return names.sort().map((name) => JSON.parse(readFileSync(`${folder}${name}`, 'utf8')) as Result)
}
