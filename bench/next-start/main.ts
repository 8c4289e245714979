import autocannon from 'autocannon'
import { interleave } from '../lib/interleave.ts'
import { type Measured, progress, runPart } from '../lib/part.ts'
import { type Figure, ratio, rowsOf } from '../lib/result.ts'
import { subjectNames } from '../lib/subjects.ts'
import { type Server, startAll } from './servers.ts'

const CONNECTIONS = 10
const QUICK = { rounds: 3, seconds: 1 }
const FULL = { rounds: 7, seconds: 2 }

await runPart('next-start', async ({ quick }): Promise<Measured> => {
  const { rounds, seconds } = quick ? QUICK : FULL
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
        'Each must let its session through, and neither no session nor one that was tampered with.',
        'Each is sent a session of its own; what knows no sessions is sent that of “evergate”.',
        'None has a network; what its vendor would answer (key sets) is answered from memory.',
        ...servers.flatMap(({ label, note }) => (note ? [`${label}: ${note}.`] : [])),
      ],
      figures: figuresOf(samples),
      ...(failed.length > 0 ? { failed } : {}),
    }
  } finally {
    await Promise.all(servers.map(({ stop }) => stop()))
  }
})

type Load = { readonly rate: number; readonly p99: number }

async function load({ origin, cookie, label }: Server, seconds: number): Promise<Load> {
  const outcome = await autocannon({
    url: origin,
    connections: CONNECTIONS,
    duration: seconds,
    headers: { accept: 'text/html', 'sec-fetch-site': 'same-origin', ...(cookie === '' ? {} : { cookie }) },
  })
  const bad = outcome.errors + outcome.non2xx
  if (bad > 0)
    throw new Error(`${bad} of ${outcome.requests.total} answers of ${label} were none of its page`)
  return { rate: outcome.requests.total / outcome.duration, p99: outcome.latency.p99 }
}

function figuresOf(samples: Record<string, Load[]>): Figure[] {
  const of = (pick: (load: Load) => number) =>
    Object.fromEntries(Object.entries(samples).map(([label, loads]) => [label, loads.map(pick)]))
  const rates = of(({ rate }) => rate)
  const measured = ratio(rates.evergate ?? [], rates.empty ?? []).median
  const target = {
    text: 'at least 0.97 of the rate of an empty middleware',
    subject: 'evergate',
    measured,
    met: measured >= 0.97,
  }
  return [
    {
      id: 'rate',
      title: 'Requests a second of a dynamic page under next start',
      unit: 'requests/s',
      better: 'more',
      rows: rowsOf(rates, { ratioTo: 'empty' }),
      targets: [target],
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
