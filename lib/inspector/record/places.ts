/** Places for streams, which cost memory for as long as they are open. */
export type Places = {
  /** @returns what gives the place back; null when there is none. */
  take(person: string): (() => void) | null
}

/** As many for one person as tabs that somebody may look at, and as many for all as a process bears. */
export function createPlaces(most: { readonly person: number; readonly all: number }): Places {
  const taken = new Map<string, number>()
  let all = 0
  return {
    take(person) {
      const own = taken.get(person) ?? 0
      if (own >= most.person || all >= most.all) return null
      taken.set(person, own + 1)
      all += 1
      let isTaken = true
      return () => {
        if (!isTaken) return
        isTaken = false
        all -= 1
        const left = (taken.get(person) ?? 1) - 1
        if (left > 0) taken.set(person, left)
        else taken.delete(person)
      }
    },
  }
}
