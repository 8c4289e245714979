/**
 * Measures each subject once a round, so that a noisy moment of the machine hits all alike. Each round begins with
 * another subject: none is always the one after the slowest.
 *
 * @param measure what one subject did in one round; what it gives is put into that subject's samples
 * @example
 * const rates = await interleave(['empty', 'ours'], 15, async (subject) => requestsPerSecond(servers[subject]))
 */
export async function interleave<Subject extends string, Sample>(
  subjects: readonly Subject[],
  rounds: number,
  measure: (subject: Subject, round: number) => Sample | Promise<Sample>,
): Promise<Record<Subject, Sample[]>> {
  const samples = Object.fromEntries(subjects.map((subject) => [subject, []])) as unknown as Record<
    Subject,
    Sample[]
  >
  for (let round = 0; round < rounds; round++) {
    const first = round % subjects.length
    for (const subject of [...subjects.slice(first), ...subjects.slice(0, first)])
      samples[subject].push(await measure(subject, round))
  }
  return samples
}
