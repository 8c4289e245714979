import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { verify } from '@node-rs/argon2'
import { hashPassword } from '../../auth-server/passwords/passwords.ts'
import { interleave } from '../lib/interleave.ts'
import { quantile } from '../lib/median.ts'
import { type Measured, progress, runPart } from '../lib/part.ts'
import { type Figure, ratio, rowsOf, type Target } from '../lib/result.ts'
import { type Load, startLoad } from './processes.ts'
import { type Stores, scratchFolder, startStores } from './stores.ts'
import {
  authServers,
  betterAuth,
  LIMIT,
  limit,
  newEnvironment,
  newUserAt,
  OIDC_PROVIDER,
  oidcProvider,
  PASSWORD,
  type Subject,
  startAuthServer,
} from './subjects.ts'

const QUICK = { rounds: 2, milliseconds: 400, clients: 16, processes: [1] }
const FULL = { rounds: 7, milliseconds: 1500, clients: 32, processes: [1, 2] }
const LEAST_OF_LIMIT = { SQLite: 0.75, Redis: 0.75, PostgreSQL: 0.45 }

/** Clients that sign in. */
const SIGN_INS = 4
/** As many passwords as the server checks at once, which leaves a core to refreshes: see `createHashingGate`. */
const CHECKS = Math.max(1, Math.min(availableParallelism(), 4) - 1)
const SIGN_IN = 'POST /login'
const ALL_CORES = 'bare argon2id on all cores'
const AS_MANY = `bare argon2id, ${CHECKS} at a time`

await runPart('auth-server', async ({ quick }): Promise<Measured> => {
  const sizes = quick ? QUICK : FULL
  const stores = await startStores(quick ? ['SQLite', 'Redis'] : undefined)
  const folder = scratchFolder()
  const load = startLoad()
  try {
    const refreshes = await measureRefreshes(stores, load, folder.path, sizes)
    const signIns = await measureSignIns(load, folder.path, sizes)
    return {
      packages: ['express', 'jose', '@redis/client', 'pg', 'oidc-provider', 'better-auth', '@node-rs/argon2'],
      conditions: [
        `${sizes.clients} clients on connections that stay open, in a process of their own; ${sizes.rounds} rounds of ${sizes.milliseconds} ms for each subject after a warm-up, one at a time.`,
        'Each client presents its newest refresh token, and fails the run when what it is handed is not a new one. Servers run with their defaults, ES256, NODE_ENV=production.',
        `“${LIMIT}”: Express of the same version, a key imported once, an answer in JSON, and nothing else; no cookie, no store.`,
        'oidc-provider: refresh grant with rotation, access token signed ES256, its adapter in memory. better-auth: `get-session` with `updateAge: 0`, rate limit off, SQLite with the same journal as ours, and a sync at each commit; it signs no token.',
        'SQLite syncs the disk before an answer, beside the thread that answers. Redis and PostgreSQL run on the same cores as the server and the load, Redis without persistence, PostgreSQL without fsync.',
        `Sign-ins: ${SIGN_INS} clients; bare argon2id is \`verify\` of the same hash without a server. Of ${availableParallelism()} cores the server leaves one to refreshes, so it checks ${CHECKS} at a time.`,
      ],
      figures: [...refreshFigures(refreshes), signInFigure(signIns)],
      ...(stores.missing.length > 0 ? { failed: stores.missing } : {}),
    }
  } finally {
    await load.stop()
    await stores.stop()
    folder.remove()
  }
})

type Sizes = typeof QUICK
type Refreshes = {
  readonly subjects: readonly Subject[]
  readonly rates: Record<string, number[]>
  readonly p99s: Record<string, number[]>
}

async function measureRefreshes(
  { started }: Stores,
  load: Load,
  cwd: string,
  { rounds, milliseconds, clients, processes }: Sizes,
): Promise<Refreshes> {
  progress('starting servers')
  const environment = await newEnvironment()
  const subjects = [await limit()]
  for (const count of processes)
    for (const { name, url } of started)
      subjects.push(await authServers(name, url, environment, { processes: count, clients, cwd }))
  subjects.push(await oidcProvider(clients), await betterAuth(clients, join(cwd, 'better-auth.db')))
  const byLabel = new Map(subjects.map((subject) => [subject.label, subject]))

  const run = async (label: string, ms: number) => {
    const subject = byLabel.get(label) as Subject
    const ports = subject.servers.map(({ port }) => port)
    const result = await load.run({ name: label, clients: subject.clients, ports, connections: clients, ms })
    return { rate: result.perSecond, p99: quantile(result.latencies, 0.99) }
  }
  progress('warming up')
  for (const { label } of subjects) await run(label, milliseconds)
  progress('refreshes')
  const samples = await interleave([...byLabel.keys()], rounds, (label) => run(label, milliseconds))
  for (const { servers } of subjects) await Promise.all(servers.map((server) => server.stop()))
  const each = (pick: (sample: { rate: number; p99: number }) => number) =>
    Object.fromEntries(Object.entries(samples).map(([label, of]) => [label, of.map(pick)]))
  return { subjects, rates: each(({ rate }) => rate), p99s: each(({ p99 }) => p99) }
}

function refreshFigures({ subjects, rates, p99s }: Refreshes): Figure[] {
  const notes = Object.fromEntries(subjects.flatMap(({ label, note }) => (note ? [[label, note]] : [])))
  const target = (least: number, text: string, subject: string, base: string) => {
    const [own, others] = [rates[subject], rates[base]]
    return own && others ? [atLeast(least, text, subject, own, others)] : []
  }
  const targets = Object.entries(LEAST_OF_LIMIT).flatMap(([store, least]) => [
    ...target(least, `the rate of ${LIMIT}`, store, LIMIT),
    ...target(3, `times ${OIDC_PROVIDER}`, store, OIDC_PROVIDER),
    ...target(1.5, 'times one process', `${store}, 2 processes`, store),
  ])
  return [
    {
      id: 'refreshes',
      title: 'Refreshes a second',
      unit: 'refreshes/s',
      better: 'more',
      rows: rowsOf(rates, { ratioTo: LIMIT, notes }),
      targets,
    },
    {
      id: 'refresh-p99',
      title: 'The slowest of a hundred refreshes, at full load',
      unit: 'ms',
      better: 'less',
      rows: rowsOf(p99s, { ratioTo: LIMIT, notes }),
    },
  ]
}

function atLeast(
  factor: number,
  text: string,
  subject: string,
  own: readonly number[],
  base: readonly number[],
): Target {
  const measured = ratio(own, base).median
  return { text: `at least ${factor} ${text}`, subject, measured, met: measured >= factor }
}

async function measureSignIns(load: Load, cwd: string, { rounds, milliseconds }: Sizes) {
  progress('sign-ins')
  const url = `sqlite:${join(cwd, 'sign-ins.db')}`
  const email = await newUserAt(url)
  const server = await startAuthServer(url, await newEnvironment(), cwd)
  const body = JSON.stringify({ email, password: PASSWORD })
  const hash = await hashPassword(PASSWORD)
  const subjects: Record<string, () => Promise<number>> = {
    [ALL_CORES]: () => bareArgon2(hash, milliseconds, SIGN_INS),
    [AS_MANY]: () => bareArgon2(hash, milliseconds, CHECKS),
    [SIGN_IN]: async () => {
      const clients = { kind: 'sign-in', path: '/login', body } as const
      const options = { name: 'sign-in', clients, ports: [server.port], connections: SIGN_INS }
      return (await load.run({ ...options, ms: milliseconds })).perSecond
    },
  }
  for (const measure of Object.values(subjects)) await measure()
  const samples = await interleave(
    Object.keys(subjects),
    rounds,
    async (name) => (await subjects[name]?.()) ?? 0,
  )
  await server.stop()
  return samples
}

async function bareArgon2(hash: string, milliseconds: number, atOnce: number): Promise<number> {
  const started = performance.now()
  let count = 0
  const work = async () => {
    for (; performance.now() < started + milliseconds; count++)
      if (!(await verify(hash, PASSWORD))) throw new Error('argon2 refused the right password')
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return (count * 1000) / (performance.now() - started)
}

function signInFigure(samples: Record<string, number[]>): Figure {
  return {
    id: 'sign-ins',
    title: 'Sign-ins a second',
    unit: 'sign-ins/s',
    better: 'more',
    rows: rowsOf(samples, { ratioTo: AS_MANY }),
    targets: [
      atLeast(0.9, `the rate of ${AS_MANY}`, SIGN_IN, samples[SIGN_IN] ?? [], samples[AS_MANY] ?? []),
    ],
  }
}
