import { interleave } from '../lib/interleave.ts'
import { cookieOf } from '../lib/subjects.ts'
import type { Loaded } from './load.ts'

/** Milliseconds from a context that does not exist to its first answer, by label. */
export async function measureFirstRequests(
  subjects: readonly Loaded[],
  rounds: number,
): Promise<Record<string, number[]>> {
  const cookies = new Map<string, string>()
  for (const subject of subjects) cookies.set(subject.label, await cookieOf(subject, 1))
  const byLabel = new Map(subjects.map((subject) => [subject.label, subject]))
  return interleave([...byLabel.keys()], rounds, async (label) => {
    globalThis.gc?.()
    const began = performance.now()
    await byLabel.get(label)?.edge.firstRequest(cookies.get(label) ?? '')
    return performance.now() - began
  })
}
