/** How many may wait behind those who try under one key. */
const MOST_WAITING = 100

interface Line {
  inside: number
  /** How many have left since the line was begun. */
  left: number
  /** How many read the store just now. */
  readers: number
  readonly waiting: (() => void)[]
}

/**
 * The tries of passwords that are under way in this process. A try is counted on the store once it has failed; until then it is
 * counted here, so that of many at the same time no more are looked at than one after the other.
 */
export class Turns {
  readonly #lines = new Map<string, Line>()

  /** How many are inside under this key. */
  inside(key: string): number {
    return this.#lines.get(key)?.inside ?? 0
  }

  /** Reads the store, and answers what it says together with how many have left each line meanwhile: it may not know of them. */
  async reading<T>(keys: readonly string[], read: () => Promise<T>): Promise<{ answer: T; left: number[] }> {
    const lines = keys.map((key) => this.#line(key))
    const before = lines.map(({ left }) => left)
    for (const line of lines) line.readers++
    try {
      const answer = await read()
      return { answer, left: lines.map(({ left }, i) => left - (before[i] ?? 0)) }
    } finally {
      for (const line of lines) line.readers--
      for (const key of keys) this.#forget(key)
    }
  }

  enter(keys: readonly string[]): void {
    for (const key of keys) this.#line(key).inside++
  }

  /** Lets the next one of each line look whether there is room. */
  leave(keys: readonly string[]): void {
    for (const key of keys) {
      const line = this.#line(key)
      line.inside--
      line.left++
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
    const next = this.#lines.get(key)?.waiting.shift()
    this.#forget(key)
    next?.()
  }

  #forget(key: string): void {
    const line = this.#lines.get(key)
    if (line?.inside === 0 && line.readers === 0 && line.waiting.length === 0) this.#lines.delete(key)
  }

  #line(key: string): Line {
    const line = this.#lines.get(key) ?? { inside: 0, left: 0, readers: 0, waiting: [] }
    this.#lines.set(key, line)
    return line
  }
}
