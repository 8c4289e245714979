import fc from 'fast-check'
import { it } from 'vitest'
import examples from './examples.json' with { type: 'json' }

const EXAMPLES: Readonly<Record<string, readonly unknown[]>> = examples

/** The same inputs each time, so that a change that breaks nothing here breaks nothing tomorrow either. */
const SEED = 20_260_101

/** More runs than fit in any time. */
const ENDLESS = 2 ** 40

/** `npm run fuzz` sets these. `FUZZ_SECONDS` is the time of each property; without it, each has a fixed number of runs. */
const { FUZZ_SECONDS, FUZZ_SEED, FUZZ_PATH } = process.env

function parameters(runs: number) {
  const seed = FUZZ_SEED ? Number(FUZZ_SEED) : FUZZ_SECONDS ? Date.now() & 0x7fffffff : SEED
  if (FUZZ_PATH) return { seed, path: FUZZ_PATH }
  if (!FUZZ_SECONDS) return { seed, numRuns: runs }
  return { seed, numRuns: ENDLESS, interruptAfterTimeLimit: Number(FUZZ_SECONDS) * 1000 }
}

/** JSON in which no character hides. */
const inAscii = (value: unknown) =>
  JSON.stringify(value).replaceAll(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** Tries past failures of `name`, then generated inputs, and throws for the smallest that the oracle throws for. */
export async function check<T>(
  name: string,
  input: fc.Arbitrary<T>,
  oracle: (input: T) => void | Promise<void>,
  runs = 300,
): Promise<number> {
  const past = (EXAMPLES[name] ?? []).map((example) => [example as T] as [T])
  const property = fc.asyncProperty(input, async (value) => oracle(value))
  const details = await fc.check(property, { ...parameters(runs), examples: past })
  if (!details.failed) return details.numRuns
  throw new Error(
    `${fc.defaultReportMessage(details)}

again: npm run fuzz -- -t "${name}" --seed ${details.seed} --path "${details.counterexamplePath}"
keep, in scripts/testing/fuzz/examples.json under "${name}":
  ${inAscii(details.counterexample?.[0])}`,
    { cause: details.errorInstance },
  )
}

/**
 * Makes a test of a generator and an oracle, which throws when something does not hold. Inputs that failed once stand in
 * examples.json under the same name, and are tried first each time. `few` is the number of runs that `npm run check` has
 * the time for.
 */
export function fuzz<T>(
  name: string,
  input: fc.Arbitrary<T>,
  oracle: (input: T) => void | Promise<void>,
  { few = 300 }: { few?: number } = {},
): void {
  const timeout = (Number(FUZZ_SECONDS ?? 0) + 60) * 1000
  it(name, { timeout }, async () => {
    const runs = await check(name, input, oracle, few)
    if (FUZZ_SECONDS) console.log(`${name}: ${runs.toLocaleString('en')} inputs`)
  })
}
