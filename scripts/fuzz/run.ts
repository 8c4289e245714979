import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { targets } from './targets/index.ts'

/** Undefined for what cannot be meant. */
function readOptions() {
  const text = { type: 'string' } as const
  const options = { minutes: { ...text, default: '1' }, target: text, seed: text, path: text }
  try {
    const { values } = parseArgs({ options })
    const chosen = targets.filter(({ name }) => values.target === undefined || name === values.target)
    const minutes = Number(values.minutes)
    return chosen.length > 0 && minutes > 0 ? { ...values, chosen, minutes } : undefined
  } catch {
    return undefined
  }
}

const options = readOptions()
if (!options) {
  console.error('usage: npm run fuzz -- --minutes N [--target NAME] [--seed N --path P]')
  console.error(`targets:\n${targets.map(({ name }) => `  ${name}`).join('\n')}`)
  process.exit(2)
}
const { chosen, minutes, path } = options

/** Seconds that a target has before it is the next one's turn. */
const TURN_S = 5

const began = performance.now()
const secondsSince = (start: number) => (performance.now() - start) / 1000
const counts = new Map<string, number>()
let seed = options.seed === undefined ? Date.now() & 0x7fffffff : Number(options.seed)

/** JSON in which no character hides. */
const inAscii = (value: unknown) =>
  JSON.stringify(value).replaceAll(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** Checks one target for its turn, in batches of growing size; false when something did not hold. */
async function turn(target: (typeof targets)[number]): Promise<boolean> {
  const start = performance.now()
  for (let runs = 100; secondsSince(start) < TURN_S; runs = Math.min(runs * 2, 10_000)) {
    const details = await target.check({ seed, runs, path })
    if (details.failed) {
      console.error(`\n${target.name}: does not hold`)
      console.error(
        details.errorInstance instanceof Error ? details.errorInstance.stack : details.errorInstance,
      )
      console.error(fc.defaultReportMessage(details))
      console.error(
        `\nagain: npm run fuzz -- --target "${target.name}" --seed ${details.seed} --path "${details.counterexamplePath}"`,
      )
      console.error(`keep, in scripts/fuzz/examples.json under "${target.name}":`)
      console.error(`  ${inAscii((details.counterexample as unknown[] | null)?.[0])}`)
      return false
    }
    counts.set(target.name, (counts.get(target.name) ?? 0) + details.numRuns)
    if (path !== undefined) break
    seed = (seed + 1) & 0x7fffffff
  }
  return true
}

const total = () => [...counts.values()].reduce((sum, count) => sum + count, 0)
const isOver = () => secondsSince(began) >= minutes * 60 || path !== undefined

let failed = false
do {
  for (const target of chosen) {
    if (!(await turn(target))) failed = true
    console.log(
      `${secondsSince(began).toFixed(0).padStart(6)} s  ${total().toLocaleString('en').padStart(12)} cases  ${target.name}: ${(counts.get(target.name) ?? 0).toLocaleString('en')}`,
    )
    if (failed || isOver()) break
  }
} while (!failed && !isOver())

for (const target of chosen) await target.close?.()
if (!failed)
  console.log(`${total().toLocaleString('en')} cases in ${secondsSince(began).toFixed(0)} s, no finding`)
process.exitCode = failed ? 1 : 0
