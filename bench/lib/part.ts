import { commit, machine, versionsOf } from './machine.ts'
import { type Result, writeResult } from './result.ts'
import { tablesOf } from './table.ts'

export type PartOptions = { readonly quick: boolean }

/** The measurements of a part. Place and time are added to them. */
export type Measured = Pick<Result, 'conditions' | 'figures' | 'failed'> & {
  /** Packages whose versions belong to the result. */
  readonly packages: readonly string[]
}

/**
 * Runs a part: a program `bench/NAME/main.ts`, given `--quick` when it is to end within seconds. Prints its tables, and
 * writes `bench/results/NAME.json` unless it was quick.
 *
 * @example
 * await runPart('renewal', async ({ quick }) => measureRenewal(quick ? 3 : 15))
 */
export async function runPart(
  part: string,
  measure: (options: PartOptions) => Promise<Measured>,
): Promise<void> {
  const quick = process.argv.includes('--quick')
  const { packages, ...measured } = await measure({ quick })
  const result: Result = {
    part,
    measuredAt: new Date().toISOString(),
    commit: commit(),
    quick,
    machine: machine(),
    versions: versionsOf([...new Set(packages)]),
    ...measured,
  }
  console.log(`\n${tablesOf(result)}`)
  if (!quick) writeResult(result)
}

/** One line of what a long run is at, apart from its tables. */
export function progress(doing: string): void {
  console.error(`  ${doing}`)
}
