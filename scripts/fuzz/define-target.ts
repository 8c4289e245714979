import fc from 'fast-check'
import examples from './examples.json' with { type: 'json' }
import type { Target } from './target.ts'

const EXAMPLES: Readonly<Record<string, readonly unknown[]>> = examples

/**
 * Makes a target of a generator and an oracle, which throws when something does not hold. Inputs that failed once stand
 * in examples.json under the target's name, and are tried first each time.
 */
export function defineTarget<T>(
  name: string,
  input: fc.Arbitrary<T>,
  oracle: (input: T) => void | Promise<void>,
  { few = 300, close }: { few?: number; close?: () => Promise<void> } = {},
): Target {
  const past = (EXAMPLES[name] ?? []).map((example) => [example as T] as [T])
  return {
    name,
    few,
    async check({ seed, runs, path }) {
      const property = fc.asyncProperty(input, async (value) => oracle(value))
      const where = path === undefined ? {} : { path }
      return (await fc.check(property, { seed, numRuns: runs, examples: past, ...where })) as never
    },
    ...(close && { close }),
  }
}
