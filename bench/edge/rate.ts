import { interleave } from '../lib/interleave.ts'
import { cookieOf } from '../lib/subjects.ts'
import type { Loaded } from './load.ts'

/** Label of ours when no two requests carry the same token, so that nothing remembered helps. */
export const DISTINCT = 'evergate, a new token each time'

type Runner = {
  readonly label: string
  readonly send: (cookie: string) => Promise<unknown>
  readonly cookies: (count: number) => Promise<readonly string[]>
}

/**
 * Requests per second of one after the other, in rounds of about `milliseconds` for each subject.
 *
 * @returns by label, one rate for each round
 */
export async function measureRates(
  subjects: readonly Loaded[],
  { rounds, milliseconds }: { rounds: number; milliseconds: number },
): Promise<Record<string, number[]>> {
  const runners = await Promise.all(subjects.flatMap((subject) => runnersOf(subject)))
  const byLabel = new Map(runners.map((runner) => [runner.label, runner]))
  const batches = new Map<string, number>()
  for (const runner of runners) {
    // Until it is compiled; then, to know how many fit into a round.
    await rateOf(runner, 300)
    batches.set(runner.label, Math.ceil(((await rateOf(runner, 200)) * milliseconds) / 1000))
  }
  return interleave([...byLabel.keys()], rounds, (label) =>
    rateOf(byLabel.get(label) as Runner, batches.get(label) ?? 100),
  )
}

async function rateOf({ send, cookies }: Runner, count: number): Promise<number> {
  const all = await cookies(count)
  // Another measurement's files are not cleared here.
  globalThis.gc?.()
  const began = performance.now()
  for (const cookie of all) await send(cookie)
  return (count * 1000) / (performance.now() - began)
}

function runnersOf(subject: Loaded): Promise<Runner>[] {
  const { label, name, edge, sessions } = subject
  const same = async (): Promise<Runner> => {
    const cookie = await cookieOf(subject, 1)
    return { label, send: edge.request, cookies: async (count) => Array(count).fill(cookie) }
  }
  if (name !== 'evergate' || !sessions) return [same()]
  let user = 1_000_000
  const distinct = async (): Promise<Runner> => ({
    label: DISTINCT,
    send: edge.request,
    cookies: (count) => Promise.all(Array.from({ length: count }, () => sessions.cookie(user++))),
  })
  return [same(), distinct()]
}
