import { progress } from '../lib/part.ts'
import { cookieOf } from '../lib/subjects.ts'
import type { Loaded } from './load.ts'

/** Sessions that are made and held at a time. */
const BATCH = 500

/**
 * The memory that so many sessions leave, each seen once, and as many requests without sessions: bytes of heap
 * and of what hangs on it, by label.
 *
 * Not in rounds: memory that was taken is there, however busy the machine.
 */
export async function measureMemory(
  subjects: readonly Loaded[],
  sessions: number,
): Promise<Record<string, number[]>> {
  const bytes: Record<string, number[]> = {}
  for (const subject of subjects) {
    const { label, edge } = subject
    progress(`memory of ${label}`)
    const before = await settledBytes()
    for (let from = 0; from < sessions; from += BATCH) {
      const count = Math.min(BATCH, sessions - from)
      const cookies = await Promise.all(
        Array.from({ length: count }, (_, n) => cookieOf(subject, 2_000_000 + from + n)),
      )
      for (const cookie of cookies) await edge.request(cookie)
    }
    bytes[label] = [Math.max(0, (await settledBytes()) - before)]
  }
  return bytes
}

async function settledBytes(): Promise<number> {
  if (!globalThis.gc) throw new Error('start Node with --expose-gc')
  // Twice: what finalizers free is free after the next.
  for (let time = 0; time < 3; time++) {
    globalThis.gc()
    await new Promise((resolve) => setImmediate(resolve))
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
