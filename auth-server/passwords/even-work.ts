import type { Work } from './schemes/scheme.ts'

/** So many families are evened out; more in one table are a zoo. */
const MOST_FAMILIES = 6

/** Makes refusals cost the same, whichever hash was checked, if any: time must not tell whether an account exists. */
export interface EvenWork {
  /**
   * Does what is missing: of each family that this process has met, a refusal does as many units as its dearest hash has.
   *
   * @param done - the check that was made; undefined for an account that is not there
   */
  evenOut(done: Work | undefined): Promise<void>
  /** A kind of hash that is in use, before the first sign-in with it. */
  meet(work: Work): void
}

/** @param own - what today's hashes cost */
export function createEvenWork(own: Work, spent: (family: string, units: number) => void): EvenWork {
  const dearest = new Map<string, Work>([[own.family, own]])

  function meet(work: Work): void {
    const known = dearest.get(work.family)
    if (known ? known.units < work.units : dearest.size < MOST_FAMILIES) dearest.set(work.family, work)
  }

  return {
    meet,
    async evenOut(done) {
      if (done) meet(done)
      for (const work of dearest.values()) {
        const missing = work.units - (done?.family === work.family ? done.units : 0)
        if (missing <= 0) continue
        spent(work.family, missing)
        await work.spend(missing)
      }
    },
  }
}
