/**
 * Measures each subject once a round, so that a noisy moment of the machine hits all alike. Each round begins with
 * another subject, and every second one goes backwards: none always comes after the same other.
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
    for (const subject of orderOf(subjects, round)) samples[subject].push(await measure(subject, round))
  }
  return samples
}

function orderOf<Subject>(subjects: readonly Subject[], round: number): Subject[] {
  const first = round % subjects.length
  const fromFirst = [...subjects.slice(first), ...subjects.slice(0, first)]
  const [head, ...tail] = fromFirst
  return round % 2 === 0 || head === undefined ? fromFirst : [head, ...tail.reverse()]
}
