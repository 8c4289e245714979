import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** The same chances for the same seed. */
export function seededRandom(seed: number) {
  const generator = xoroshiro128plus(seed)
  const random = () => uniformFloat64(generator)
  return {
    random,
    /** A whole number from `min` to `max`. */
    between: (min: number, max: number) => min + Math.floor(random() * (max - min + 1)),
    chance: (probability: number) => random() < probability,
    pick: <Item>(items: readonly [Item, ...Item[]]): Item =>
      items[Math.floor(random() * items.length)] ?? items[0],
  }
}

export type Random = ReturnType<typeof seededRandom>
