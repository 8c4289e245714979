import { setTimeout as delay } from 'node:timers/promises'
import { type Load, startLoad, startServer } from '../auth-server/processes.ts'
import { interleave } from '../lib/interleave.ts'
import { quantile } from '../lib/median.ts'
import { type Figure, rowsOf } from '../lib/result.ts'

const ALONE = 'alone'
const AT_ONCE = 'beside 1,000 renewals at once'
const SPREAD = 'beside 1,000 renewals in a second'
const BURST = 1_000
const MOST = 2
/** Requests of sessions that need nothing: so many connections that none of them waits for another one's answer. */
const ACTIVE = { connections: 64, perSecond: 300, ms: 1_500 }
/** Milliseconds into the measurement. */
const BURST_AT = 300

export const besideConditions = [
  `Beside renewals: a gateway in a process of its own behind Node’s server, ${ACTIVE.perSecond} requests a second of sessions whose token is good, for ${ACTIVE.ms / 1000} s; ${BURST} sessions besides, each on a connection that is open, present their refresh tokens, and the backend answers each after 20 ms. The load of each kind is a process of its own.`,
]

type Latencies = Record<string, number[]>

/** @returns p99 of active requests, by what happens beside them; how long a renewal took there; */
export async function measureBeside(url: string, keys: string, token: string, rounds: number) {
  const server = await startServer(new URL('gateway.ts', import.meta.url), {
    args: [`${url}/after-20`, keys],
  })
  const [active, renewing] = [startLoad(), startLoad()]
  const ports = [server.port]
  const page = (ms: number) =>
    active.run({ ...ACTIVE, name: 'active', clients: { kind: 'page', token }, ports, ms })
  const slowest: Latencies = { [AT_ONCE]: [], [SPREAD]: [] }
  const burst = async (kind: string, load: Load) => {
    const clients = { kind: 'renewing' } as const
    const { latencies } =
      kind === AT_ONCE
        ? await load.run({ name: kind, clients, ports, connections: BURST, ms: 10_000, each: 1 })
        : await load.run({ name: kind, clients, ports, connections: 100, ms: 1_000, perSecond: BURST })
    slowest[kind]?.push(quantile(latencies, 0.99))
  }
  try {
    await page(ACTIVE.ms)
    await burst('warm-up', renewing)
    const samples = await interleave([ALONE, AT_ONCE, SPREAD], rounds, async (kind) => {
      const [{ latencies }] = await Promise.all([
        page(ACTIVE.ms),
        kind === ALONE ? undefined : delay(BURST_AT).then(() => burst(kind, renewing)),
      ])
      return quantile(latencies, 0.99)
    })
    return { samples, slowest }
  } finally {
    await Promise.all([active.stop(), renewing.stop(), server.stop()])
  }
}

export function besideFigures({ samples, slowest }: { samples: Latencies; slowest: Latencies }): Figure[] {
  const rows = rowsOf(samples, { ratioTo: ALONE })
  return [
    {
      id: 'beside',
      title: 'A request that needs nothing, beside renewals, p99',
      unit: 'ms',
      better: 'less',
      rows,
      targets: rows
        .filter(({ subject }) => subject !== ALONE)
        .map(({ subject, ratio }) => {
          const measured = ratio?.median ?? Number.NaN
          return { text: `p99 at most ${MOST} times that alone`, subject, measured, met: measured <= MOST }
        }),
    },
    {
      id: 'beside-renewals',
      title: 'The renewals beside it, p99',
      unit: 'ms',
      better: 'less',
      rows: rowsOf(slowest),
    },
  ]
}
