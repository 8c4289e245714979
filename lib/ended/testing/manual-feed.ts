import type { Ended, EndedAnswer, EndedEntry } from '../feed.ts'

type Call = { readonly cursor: string | null; readonly wait: number; readonly signal: AbortSignal }

/** A feed that answers when, and what, the test says. */
export function manualFeed() {
  const calls: Call[] = []
  const pending: { resolve(answer: EndedAnswer): void; reject(error: unknown): void }[] = []
  const arrivals: (() => void)[] = []
  let number = 0

  const ended: Ended = (cursor, question) => {
    calls.push({ cursor, ...question })
    return new Promise((resolve, reject) => {
      pending.push({ resolve, reject })
      for (const arrived of arrivals.splice(0)) arrived()
    })
  }

  async function next() {
    while (pending.length === 0) await new Promise<void>((resolve) => arrivals.push(resolve))
    const call = pending.shift()
    if (!call) throw new Error('nobody has called')
    return call
  }

  /** Lets what waits for an answer go on. */
  const settle = async () => {
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setTimeout(resolve, 0))
  }

  return {
    ended,
    calls,
    settle,
    /** Answers the next call. */
    async answer(entries: readonly EndedEntry[] = [], more: object = {}) {
      number += 1
      ;(await next()).resolve({ cursor: `c${number}`, entries, life: 960, ...more })
      await settle()
    },
    /** Answers the next call with whatever it is. */
    async reply(answer: unknown) {
      ;(await next()).resolve(answer as EndedAnswer)
      await settle()
    },
    async fail(error: unknown = new TypeError('fetch failed')) {
      ;(await next()).reject(error)
      await settle()
    },
  }
}
