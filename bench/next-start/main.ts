import { interleave } from '../lib/interleave.ts'
import { type Measured, progress, runPart } from '../lib/part.ts'
import { type Figure, rowsOf } from '../lib/result.ts'
import { subjectNames } from '../lib/subjects.ts'
import { CONNECTIONS, type Load, load } from './load.ts'
import { measurePair } from './pair.ts'
import { type Server, startAll } from './servers.ts'

const QUICK = { rounds: 3, seconds: 1 }
const FULL = { rounds: 7, seconds: 2 }

await runPart('next-start', async ({ quick }): Promise<Measured> => {
  const { rounds, seconds } = quick ? QUICK : FULL
  const pair = await measurePair(quick)
  const { servers, failed } = await startAll(subjectNames(quick))
  try {
    const byLabel = new Map(servers.map((server) => [server.label, server]))
    // Until it is compiled.
    for (const server of servers) await load(server, 1)
    progress(`${rounds} rounds of ${servers.length} servers`)
    const samples = await interleave([...byLabel.keys()], rounds, (label) =>
      load(byLabel.get(label) as Server, seconds),
    )
    return {
      packages: ['next', 'react', 'autocannon', ...servers.flatMap(({ packages }) => packages)],
      conditions: [
        `Each is a production build of the same app under \`next start\`; all run side by side, and one at a time is asked for its page, rendered for each request, over ${CONNECTIONS} connections from this machine: ${rounds} rounds of ${seconds} s each.`,
        pair.condition,
        'Each must let its session through, and neither no session nor one that was tampered with.',
        'Each is sent a session of its own; what knows no sessions is sent that of “evergate”.',
        'None has a network; what its vendor would answer (key sets) is answered from memory.',
        ...servers.flatMap(({ label, note }) => (note ? [`${label}: ${note}.`] : [])),
      ],
      figures: [pair.figure, ...figuresOf(samples)],
      ...(failed.length > 0 ? { failed } : {}),
    }
  } finally {
    await Promise.all(servers.map(({ stop }) => stop()))
  }
})

function figuresOf(samples: Record<string, Load[]>): Figure[] {
  const of = (pick: (load: Load) => number) =>
    Object.fromEntries(Object.entries(samples).map(([label, loads]) => [label, loads.map(pick)]))
  const rates = of(({ rate }) => rate)
  return [
    {
      id: 'rate',
      title: 'Requests a second of a dynamic page under next start',
      unit: 'requests/s',
      better: 'more',
      rows: rowsOf(rates, { ratioTo: 'empty' }),
    },
    {
      id: 'p99',
      title: 'Slowest hundredth of requests (p99)',
      unit: 'ms',
      better: 'less',
      rows: rowsOf(
        of(({ p99 }) => p99),
        { ratioTo: 'empty' },
      ),
    },
  ]
}
