/** How many may wait behind those who try under one key. */
const MOST_WAITING = 100

interface Line {
  inside: number
  readonly waiting: (() => void)[]
}

/**
 * Who tries a password at this very moment, in this process. A try is counted on the store once it has failed; until then it is
 * counted here, so that of many at the same time no more are looked at than one after the other.
 */
export class Turns {
  readonly #lines = new Map<string, Line>()

  /** How many are inside under this key. */
  inside(key: string): number {
    return this.#lines.get(key)?.inside ?? 0
  }

  enter(keys: readonly string[]): void {
    for (const key of keys) this.#line(key).inside++
  }

  /** Lets the next one of each line look whether there is room. */
  leave(keys: readonly string[]): void {
    for (const key of keys) {
      this.#line(key).inside--
      this.wakeNext(key)
    }
  }

  /** Resolves to true once somebody has left, or the one before has found room; to false at once where too many wait. */
  async wait(key: string): Promise<boolean> {
    const { waiting } = this.#line(key)
    if (waiting.length >= MOST_WAITING) return false
    await new Promise<void>((resolve) => waiting.push(resolve))
    return true
  }

  wakeNext(key: string): void {
    const line = this.#lines.get(key)
    if (line?.inside === 0 && line.waiting.length <= 1) this.#lines.delete(key)
    line?.waiting.shift()?.()
  }

  #line(key: string): Line {
    const line = this.#lines.get(key) ?? { inside: 0, waiting: [] }
    this.#lines.set(key, line)
    return line
  }
}
