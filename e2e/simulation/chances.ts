import { seededRandom } from 'evergate/testing'

/** Chances, the same ones for the same seed. */
export function seededChances(seed: number) {
  const random = seededRandom(seed)
  return {
    random,
    /** A whole number from `min` to `max`. */
    between: (min: number, max: number) => min + Math.floor(random() * (max - min + 1)),
    chance: (probability: number) => random() < probability,
    pick: <Item>(items: readonly [Item, ...Item[]]): Item =>
      items[Math.floor(random() * items.length)] ?? items[0],
  }
}

export type Chances = ReturnType<typeof seededChances>
