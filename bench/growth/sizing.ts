import { readResults } from '../lib/result.ts'
import { shortNumber } from '../lib/table.ts'
import { table } from '../report/markdown.ts'
import { type DayAssumptions, dayAssumptions, liveThroughADay } from './day.ts'

/** The page that has the table, and what stands around it there. */
export const SIZING_PAGE = 'docs/several-regions.md'
const BEGIN =
  '<!-- From here on made by `npm run bench -- report`, from a simulated day and what was measured. -->'
const END = '<!-- Up to here. -->'

/** The measurements that the table rests on: of one process on two cores, with the store and the load beside it. */
export type MeasuredRates = {
  readonly refreshesPerSecond: Readonly<Record<StoreName, number>>
  readonly signInsPerSecond: number
  readonly pagesPerSecond: number
  /** Bytes of a session with its share of a user. */
  readonly bytesPerSession: Readonly<Record<StoreName, number>>
}

type StoreName = 'PostgreSQL' | 'Redis'
const STORES = ['PostgreSQL', 'Redis'] as const

/** Share of its measured rate that a process is planned to do. */
const UTILISATION = 0.5
/** A call of the feed at most in 0.8 s, from each gateway. */
const FEED_SECONDS = 0.8
/** Connections of an auth server: a pool, and one that listens; or one for commands, and one that listens. */
const CONNECTIONS = { PostgreSQL: 10 + 1, Redis: 1 + 1 }
/** Days for which PostgreSQL keeps what has ended. Redis keeps it for an hour, which is nothing here. */
const DAYS_KEPT = { PostgreSQL: 7, Redis: 0 }

export type Sizing = {
  readonly peaks: Readonly<Record<'signIns' | 'refreshes' | 'requests', { perSecond: number; at: string }>>
  readonly sessions: { readonly live: number; readonly begunInADay: number }
  readonly gateways: number
  readonly feedCallsPerSecond: number
  readonly stores: Readonly<Record<StoreName, { servers: number; connections: number; gigabytes: number }>>
}

/** What a day takes. Processes: as many as the busiest minute needs, and one more of each kind, so that one may fail. */
export function sizingOf(measured: MeasuredRates, given: DayAssumptions = dayAssumptions): Sizing {
  const needed = (load: number) => Math.ceil(load) + 1
  const { requests } = liveThroughADay(given)
  const gateways = needed(Math.max(...requests) / 60 / (measured.pagesPerSecond * UTILISATION))
  const day = liveThroughADay({ ...given, gateways })
  const live = Math.max(...day.live)
  const begunInADay = day.signIns.reduce((sum, count) => sum + count, 0)
  const of = (store: StoreName) => {
    const [refreshing, signingIn] = [measured.refreshesPerSecond[store], measured.signInsPerSecond]
    const loads = day.refreshes.map(
      (count, minute) => count / refreshing + (day.signIns[minute] ?? 0) / signingIn,
    )
    const servers = needed(Math.max(...loads) / 60 / UTILISATION)
    const kept = live + begunInADay * DAYS_KEPT[store]
    return {
      servers,
      connections: servers * CONNECTIONS[store],
      gigabytes: (kept * measured.bytesPerSession[store]) / 1e9,
    }
  }
  const peak = (counts: readonly number[]) => {
    const most = Math.max(...counts)
    return { perSecond: most / 60, at: clockTime(counts.indexOf(most)) }
  }
  return {
    peaks: { signIns: peak(day.signIns), refreshes: peak(day.refreshes), requests: peak(day.requests) },
    sessions: { live, begunInADay },
    gateways,
    feedCallsPerSecond: gateways / FEED_SECONDS,
    stores: { PostgreSQL: of('PostgreSQL'), Redis: of('Redis') },
  }
}

const clockTime = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

/** The rates of the results that are there. */
export function measuredRates(): MeasuredRates {
  const results = readResults()
  const median = (part: string, figure: string, subject: string) => {
    const { figures = [] } = results.find((result) => result.part === part) ?? {}
    const rows = figures.find(({ id }) => id === figure)?.rows ?? []
    const row = rows.find((each) => each.subject === subject)
    if (!row) throw new Error(`bench/results has no ${part}, ${figure}, ${subject}`)
    return row.median
  }
  const parts = results.find(({ part }) => part === 'growth-large')?.figures ?? []
  const postgres = (parts.find(({ id }) => id === 'parts')?.rows ?? [])
    .filter(({ subject }) => subject.startsWith('PostgreSQL, '))
    .map(({ subject, median }) => (subject.includes(' users') ? median / SESSIONS_PER_USER : median))
  return {
    refreshesPerSecond: {
      PostgreSQL: median('auth-server', 'refreshes', 'PostgreSQL'),
      Redis: median('auth-server', 'refreshes', 'Redis'),
    },
    signInsPerSecond: median('auth-server', 'sign-ins', 'POST /login'),
    pagesPerSecond: median('next-start', 'rate', 'evergate'),
    bytesPerSession: {
      PostgreSQL: postgres.reduce((sum, bytes) => sum + bytes, 0),
      Redis: median('growth-large', 'parts', 'Redis, all for each session'),
    },
  }
}

/** Of the run with ten million. */
export const SESSIONS_PER_USER = 1.5

/** The table of a day, for the page. */
export function sizingTable(measured: MeasuredRates, given: DayAssumptions = dayAssumptions): string {
  const { peaks, sessions, gateways, feedCallsPerSecond, stores } = sizingOf(measured, given)
  const whole = (value: number) => Math.round(value).toLocaleString('en-US')
  const per = ({ perSecond, at }: { perSecond: number; at: string }) =>
    `${whole(perSecond)} a second, at ${at}`
  const each = (cell: (of: Sizing['stores']['Redis']) => string) => STORES.map((store) => cell(stores[store]))
  const both = (text: string) => [text, text]
  const rate = (store: StoreName) => whole(measured.refreshesPerSecond[store])
  const rows = [
    ['sign-ins, in the busiest minute', ...both(per(peaks.signIns))],
    ['refreshes', ...both(per(peaks.refreshes))],
    ['requests of pages', ...both(per(peaks.requests))],
    ['live sessions at most', ...both(whole(sessions.live))],
    ['sessions that begin in a day', ...both(whole(sessions.begunInADay))],
    [
      'one auth server, measured',
      ...STORES.map(
        (store) => `${rate(store)} refreshes or ${whole(measured.signInsPerSecond)} sign-ins a second`,
      ),
    ],
    ['**auth servers**, one in reserve', ...each(({ servers }) => `**${servers}**`)],
    ['**gateways**, one in reserve', ...both(`**${gateways}**`)],
    ['calls of the [feed](ended.md), all gateways', ...both(`${whole(feedCallsPerSecond)} a second at most`)],
    ['**connections** of the store', ...each(({ connections }) => `**${connections}**`)],
    [
      'bytes for each session, users included',
      ...STORES.map((store) => whole(measured.bytesPerSession[store])),
    ],
    ['**the store**, without room to spare', ...each(({ gigabytes }) => `**${shortNumber(gigabytes)} GB**`)],
  ]
  return table(['', ...STORES], rows)
}

/** The page with its table written anew. */
export function withSizing(page: string, text: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`${SIZING_PAGE} has no place for the table`)
  return `${page.slice(0, from)}${BEGIN}\n\n${text}\n\n${page.slice(to)}`
}
