import { type Figure, type Row, rowsOf } from '../lib/result.ts'
import type { Growth, Samples, Sizes } from './measure.ts'

const LIMIT = 1.3
/** Sessions that begin, and so die, in a second, where each of so many lives for twelve hours. */
export const perSecond = (sessions: number) => sessions / (12 * 3_600)

const named = (count: number) => count.toLocaleString('en-US')

/** Each size over the smallest one of the same store. */
function rowsBySize(samples: Samples, { sizes: [fewest = 0], stores }: Sizes): Row[] {
  return stores.flatMap((store) => {
    const own = Object.fromEntries(
      Object.entries(samples).filter(([subject]) => subject.startsWith(`${store},`)),
    )
    return Object.keys(own).length > 0 ? rowsOf(own, { ratioTo: `${store}, ${named(fewest)}` }) : []
  })
}

function refreshFigure(quantile: 'p50' | 'p99', samples: Samples, sizes: Sizes, held: boolean): Figure {
  const [fewest = 0, most = 0] = [sizes.sizes[0], sizes.sizes.at(-1)]
  const rows = rowsBySize(samples, sizes)
  const targets = rows
    .filter(({ subject }) => held && subject.endsWith(`, ${named(most)}`))
    .map(({ subject, ratio }) => {
      const measured = ratio?.median ?? Number.NaN
      const text = `${quantile} at most ${LIMIT} times that of ${named(fewest)} sessions`
      return { text, subject, measured, met: measured <= LIMIT }
    })
  const title = `A refresh, by live sessions, ${quantile}`
  return {
    id: `refresh-${quantile}`,
    title,
    unit: 'ms',
    better: 'less',
    rows,
    ...(held ? { targets } : {}),
  }
}

/** What a run up to a million shows. */
export function figuresOf(growth: Growth, sizes: Sizes): Figure[] {
  const rows = (samples: Samples) => rowsBySize(samples, sizes)
  const less = { better: 'less' } as const
  return [
    refreshFigure('p50', growth.p50, sizes, true),
    refreshFigure('p99', growth.p99, sizes, false),
    { id: 'size', title: 'Size of the store', unit: 'MB', ...less, rows: rows(growth.megabytes) },
    {
      id: 'purge',
      title: 'Purge of one session in a hundred',
      unit: 'ms',
      ...less,
      rows: rows(growth.purge),
    },
    { id: 'start', title: 'Start to the first answer', unit: 'ms', ...less, rows: rows(growth.start) },
  ]
}

const REDIS_SESSION = 'Redis, key of a session'
const REDIS_BYTES = 300

/** What a run with many more shows. */
export function largeFiguresOf(growth: Growth, sizes: Sizes): Figure[] {
  const most = sizes.sizes.at(-1) ?? 0
  const rates = Object.entries(growth.purge)
    .filter(([subject]) => subject.endsWith(`, ${named(most)}`))
    .map(([subject, times]): [string, number[]] => [
      subject,
      times.map((ms) => (sizes.dead(most) * 1_000) / ms),
    ])
  const demand = Math.ceil(perSecond(most))
  const [bytes = Number.NaN] = growth.parts[REDIS_SESSION] ?? []
  return [
    refreshFigure('p50', growth.p50, sizes, true),
    refreshFigure('p99', growth.p99, sizes, true),
    {
      id: 'purge',
      title: 'Purge of what ten minutes leave',
      unit: 'sessions/s',
      better: 'more',
      rows: rowsOf(Object.fromEntries(rates)),
      targets: rates.map(([subject, [measured = Number.NaN]]) => {
        const text = `at least ${demand} a second: so many begin where each lives for 12 hours`
        return { text, subject, measured, met: measured >= demand }
      }),
    },
    {
      id: 'parts',
      title: 'Bytes of each table, index and key',
      unit: 'B for each',
      better: 'less',
      rows: rowsOf(growth.parts),
      targets: [
        {
          text: `at most ${REDIS_BYTES} B`,
          subject: REDIS_SESSION,
          measured: bytes,
          met: bytes <= REDIS_BYTES,
        },
      ],
    },
    {
      id: 'start',
      title: 'Start to the first answer',
      unit: 'ms',
      better: 'less',
      rows: rowsBySize(growth.start, sizes),
    },
  ]
}
