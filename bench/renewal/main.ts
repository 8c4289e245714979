import type { JSONWebKeySet } from 'jose'
import { createSessionGateway, type SessionGateway } from '../../lib/gateway/index.ts'
import { startServer } from '../auth-server/processes.ts'
import { median, quantile } from '../lib/median.ts'
import { type Measured, progress, runPart } from '../lib/part.ts'
import { type Figure, rowsOf } from '../lib/result.ts'

/** Milliseconds that the backend takes, and how many pairs of calls make a round: as many as there is time for. */
const QUICK = { rounds: 3, burst: 200, delays: { 0: 60, 10: 15, 100: 3 } }
const FULL = { rounds: 7, burst: 200, delays: { 0: 300, 10: 60, 100: 12, 1000: 3 } }

let tokens = 0

type Backend = { readonly url: string; readonly keys: JSONWebKeySet }

await runPart('renewal', async ({ quick }): Promise<Measured> => {
  const { rounds, burst, delays } = quick ? QUICK : FULL
  const server = await startServer(new URL('backend.ts', import.meta.url))
  const url = `http://127.0.0.1:${server.port}`
  const keys = JSON.parse(server.credentials[0] ?? '') as JSONWebKeySet
  const all = Object.entries(delays).map(([delay, pairs]) => ({ delay: Number(delay), pairs }))
  try {
    progress('added latency')
    const latencies = await measureLatency({ url, keys }, all, rounds)
    progress('bursts')
    const bursts = await measureBursts({ url, keys }, all, rounds, burst)
    return {
      packages: ['jose', '@edge-runtime/cookies'],
      conditions: [
        'The gateway alone (`createSessionGateway`), in Node and not in the edge sandbox; the backend is a process beside it, over HTTP, which answers after the time named with one token it signed at its start. ES256, keys given.',
        `Each request has a refresh token of its own, one at a time, by turns with the bare \`fetch\` of the same call, its JSON read; ${rounds} rounds of ${all.map(({ delay, pairs }) => `${pairs} pairs (${delay} ms)`).join(', ')}.`,
        'Added is the quantile of the round’s renewals less that of its bare calls. With few pairs p99 is the slowest.',
        `Bursts: ${burst} requests with one refresh token at once, ${rounds} times.`,
      ],
      figures: [addedFigure(latencies), callFigure(latencies), ...burstFigures(bursts)],
    }
  } finally {
    await server.stop()
  }
})

type Delay = { readonly delay: number; readonly pairs: number }
type Round = { readonly bare: readonly number[]; readonly renewed: readonly number[] }

async function measureLatency(backend: Backend, delays: readonly Delay[], rounds: number) {
  const results = new Map<number, Round[]>(delays.map(({ delay }) => [delay, []]))
  const gateways = new Map(delays.map(({ delay }) => [delay, gatewayTo(backend, delay)]))
  await oneRound(backend, gateways.get(0) as SessionGateway, { delay: 0, pairs: 300 })
  for (let round = 0; round < rounds; round++)
    for (const each of delays)
      results.get(each.delay)?.push(await oneRound(backend, gateways.get(each.delay) as SessionGateway, each))
  return results
}

async function oneRound(backend: Backend, gateway: SessionGateway, { delay, pairs }: Delay): Promise<Round> {
  const bare: number[] = []
  const renewed: number[] = []
  for (let i = 0; i < pairs; i++) {
    const calls = [
      async () => bare.push(await timed(() => bareCall(backend, delay))),
      async () => renewed.push(await timed(() => renewal(gateway, newToken()))),
    ]
    for (const call of i % 2 === 0 ? calls : calls.toReversed()) await call()
  }
  return { bare, renewed }
}

function gatewayTo({ url, keys }: Backend, delay: number): SessionGateway {
  const gatewaySecrets = ['a secret of the benchmark that is long enough']
  return createSessionGateway({ remoteApi: `${url}/after-${delay}`, keys: { jwks: keys }, gatewaySecrets })
}

async function bareCall({ url }: Backend, delay: number): Promise<void> {
  const headers = { cookie: `refreshToken=${newToken()}` }
  await (await fetch(`${url}/after-${delay}/refreshtoken`, { method: 'POST', headers })).json()
}

async function renewal(gateway: SessionGateway, token: string): Promise<void> {
  const headers = { cookie: `refreshToken=${token}`, accept: 'text/html' }
  const { outcome } = await gateway.handle(new Request('http://localhost:3000/dashboard', { headers }))
  if (outcome !== 'renewed') throw new Error(`the gateway answered ${outcome}`)
}

function newToken(): string {
  tokens++
  return `token-${tokens}`
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

function addedFigure(latencies: ReadonlyMap<number, readonly Round[]>): Figure {
  const samples = Object.fromEntries(
    [...latencies].flatMap(([delay, rounds]) =>
      [0.5, 0.99].map((share) => [
        `${delay} ms, p${share * 100}`,
        rounds.map(({ bare, renewed }) => quantile(renewed, share) - quantile(bare, share)),
      ]),
    ),
  )
  return {
    id: 'added',
    title: 'What a renewal adds to the backend’s answer',
    unit: 'ms',
    better: 'less',
    rows: rowsOf(samples),
    targets: [...latencies.keys()].map((delay) => {
      const subject = `${delay} ms, p50`
      const measured = Number(median(samples[subject] ?? []).toPrecision(3))
      return { text: 'at most 1 ms', subject, measured, met: measured <= 1 }
    }),
  }
}

function callFigure(latencies: ReadonlyMap<number, readonly Round[]>): Figure {
  const samples = Object.fromEntries(
    [...latencies].flatMap(([delay, rounds]) => [
      [`${delay} ms, bare call`, rounds.map(({ bare }) => median(bare))],
      [`${delay} ms, renewal`, rounds.map(({ renewed }) => median(renewed))],
    ]),
  )
  return {
    id: 'calls',
    title: 'A renewal and the bare call to the backend, p50',
    unit: 'ms',
    better: 'less',
    rows: rowsOf(samples),
  }
}

type Burst = { readonly calls: number; readonly slowest: number }

async function measureBursts(backend: Backend, delays: readonly Delay[], rounds: number, size: number) {
  const results = new Map<number, Burst[]>(delays.map(({ delay }) => [delay, []]))
  for (let round = 0; round < rounds; round++)
    for (const { delay } of delays) {
      const gateway = gatewayTo(backend, delay)
      await callsSince(backend)
      const token = newToken()
      const all = await Promise.all(Array.from({ length: size }, () => timed(() => renewal(gateway, token))))
      results.get(delay)?.push({ calls: await callsSince(backend), slowest: Math.max(...all) })
    }
  return results
}

async function callsSince({ url }: Backend): Promise<number> {
  return Number(await (await fetch(`${url}/calls`)).text())
}

function burstFigures(bursts: ReadonlyMap<number, readonly Burst[]>): Figure[] {
  const samples = (pick: (burst: Burst) => number) =>
    Object.fromEntries([...bursts].map(([delay, of]) => [`${delay} ms`, of.map(pick)]))
  const calls = {
    id: 'burst-calls',
    title: 'Calls to the backend for a burst of 200 requests',
    unit: 'calls',
  }
  const slowest = { id: 'burst-slowest', title: 'The slowest request of a burst of 200', unit: 'ms' }
  return [
    { ...calls, better: 'less', rows: rowsOf(samples((burst) => burst.calls)) },
    { ...slowest, better: 'less', rows: rowsOf(samples((burst) => burst.slowest)) },
  ]
}
