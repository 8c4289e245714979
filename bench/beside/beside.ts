import { setTimeout as delay } from 'node:timers/promises'
import { startLoad, startServer } from '../auth-server/processes.ts'
import { interleave } from '../lib/interleave.ts'
import { quantile } from '../lib/median.ts'
import { type Figure, rowsOf } from '../lib/result.ts'

const ALONE = 'alone'
const AT_ONCE = 'beside 1,000 renewals at once'
const SPREAD = 'beside 1,000 renewals in a second'
const BARE = 'beside 1,000 bare calls at once'
const BURST = 1_000
const MOST = 2
/** Requests of sessions that need nothing: so many connections that none of them waits for another one's answer. */
const ACTIVE = { connections: 64, perSecond: 300, ms: 1_500 }
/** Milliseconds into the measurement. */
const BURST_AT = 300

export const conditions = [
  `Beside renewals: a gateway in a process of its own behind Node’s server, ${ACTIVE.perSecond} requests a second of sessions whose token is good, for ${ACTIVE.ms / 1000} s; ${BURST} sessions besides, each on a connection that is open, present their refresh tokens, and the backend answers each after 20 ms. The load of each kind is a process of its own. “Bare”: the same server with \`fetch\` in the gateway’s place, and nothing to verify.`,
]

type Latencies = Record<string, number[]>

/** @returns p99 of active requests by what happens beside them, and p99 of the renewals there */
export async function measureBeside(url: string, keys: string, token: string, rounds: number) {
  const start = (...more: string[]) =>
    startServer(new URL('gateway.ts', import.meta.url), { args: [`${url}/after-20`, keys, ...more] })
  const [gateway, bare] = [await start(), await start('bare')]
  const [active, renewing] = [startLoad(), startLoad()]
  const portsOf = (kind: string) => [(kind === BARE ? bare : gateway).port]
  const pages = async (kind: string) => {
    const clients = { kind: 'page', token } as const
    const name = kind === BARE ? 'at the bare server' : 'at the gateway'
    return (await active.run({ ...ACTIVE, name, clients, ports: portsOf(kind) })).latencies
  }
  const renewals = async (kind: string) => {
    const clients = { kind: 'renewing' } as const
    const pace =
      kind === SPREAD
        ? { connections: 100, ms: 1_000, perSecond: BURST }
        : { connections: BURST, ms: 10_000, each: 1 }
    return (await renewing.run({ ...pace, name: kind, clients, ports: portsOf(kind) })).latencies
  }
  const slowest: Latencies = { [AT_ONCE]: [], [SPREAD]: [], [BARE]: [] }
  const beside = async (kind: string) => {
    if (kind === ALONE) return
    await delay(BURST_AT)
    slowest[kind]?.push(quantile(await renewals(kind), 0.99))
  }
  try {
    for (const kind of [AT_ONCE, BARE]) await Promise.all([pages(kind), renewals(kind)])
    const samples = await interleave([ALONE, AT_ONCE, SPREAD, BARE], rounds, async (kind) => {
      const [latencies] = await Promise.all([pages(kind), beside(kind)])
      return quantile(latencies, 0.99)
    })
    return { samples, slowest }
  } finally {
    await Promise.all([active.stop(), renewing.stop(), gateway.stop(), bare.stop()])
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
        .filter(({ subject }) => subject === AT_ONCE || subject === SPREAD)
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
