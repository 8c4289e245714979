/** A function of a profile, as V8 names its place: lines and columns from 0. */
export type Frame = {
  readonly functionName: string
  readonly url: string
  readonly lineNumber: number
  readonly columnNumber: number
}

/** What V8's profiler gives, and `--cpu-prof` writes: times in microseconds. */
export type Profile = {
  readonly startTime: number
  readonly nodes: readonly { readonly id: number; readonly callFrame: Frame }[]
  readonly samples?: readonly number[] | undefined
  /** Since the sample before; the first since `startTime`. */
  readonly timeDeltas?: readonly number[] | undefined
}

/**
 * Microseconds by name.
 *
 * @param nameOf what the time of a function counts for; undefined leaves it out
 * @param span the samples that count, by V8's clock; all of them unless given
 * @example
 * timeBy(profile, ({ url }) => (url === '' ? 'engine' : 'code')).get('engine')
 */
export function timeBy<Name extends string>(
  { startTime, nodes, samples = [], timeDeltas = [] }: Profile,
  nameOf: (frame: Frame) => Name | undefined,
  { from, until }: { readonly from: number; readonly until: number } = { from: 0, until: Infinity },
): Map<Name, number> {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]))
  const spent = new Map<Name, number>()
  let now = startTime
  for (const [place, id] of samples.entries()) {
    const delta = timeDeltas[place] ?? 0
    now += delta
    const name = names.get(id)
    if (name !== undefined && now >= from && now <= until) spent.set(name, (spent.get(name) ?? 0) + delta)
  }
  return spent
}
