import { interleave } from '../lib/interleave.ts'
import { intervalOfMedian } from '../lib/median.ts'
import { progress } from '../lib/part.ts'
import { type Figure, ratio, rowsOf } from '../lib/result.ts'
import { startAll } from './servers.ts'
import { openVisitors } from './visitors.ts'

const QUICK = { starts: 1, rounds: 3 }
const FULL = { starts: 5, rounds: 60 }
const WARM_UP = 800
/** Requests of a turn: the shorter it is, the more alike is the machine to the one that comes next. */
const TURN = 100
const LEAST = 0.97

type Rates = { empty: number[]; evergate: number[] }

/**
 * Evergate and an empty middleware alone, a hundred requests each by turns: what stands between them is less than what a round of all servers
 * differs from the next. Both are started several times, since two processes of the same program are not equally fast either.
 */
export async function measurePair(quick: boolean): Promise<{ figure: Figure; condition: string }> {
  const { starts, rounds } = quick ? QUICK : FULL
  const rates: Rates = { empty: [], evergate: [] }
  for (let start = 1; start <= starts; start++) {
    progress(`start ${start} of empty and evergate`)
    await measureStart(rates, rounds)
  }
  const [from, to] = intervalOfMedian(rates.evergate.map((rate, round) => rate / (rates.empty[round] ?? 0)))
  const measured = ratio(rates.evergate, rates.empty).median
  return {
    figure: {
      id: 'pair',
      title: 'Requests a second of a dynamic page, by turns',
      unit: 'requests/s',
      better: 'more',
      rows: rowsOf(rates, { ratioTo: 'empty' }),
      targets: [
        {
          text: `at least ${LEAST} of the rate of an empty middleware`,
          subject: 'evergate',
          measured,
          met: measured >= LEAST,
        },
      ],
    },
    condition: `By turns: “empty” and “evergate” alone, started ${starts} times, with ${rounds} rounds of ${TURN} requests for each. The median of the ${starts * rounds} ratios lies between ${from.toFixed(3)} and ${to.toFixed(3)} with 95 % certainty.`,
  }
}

async function measureStart(rates: Rates, rounds: number): Promise<void> {
  const { servers, failed } = await startAll(['empty', 'evergate'])
  try {
    const [empty, evergate] = servers
    if (!empty || !evergate) throw new Error(failed[0]?.why)
    const visitors = { empty: openVisitors(empty), evergate: openVisitors(evergate) }
    for (const each of Object.values(visitors)) await each.visit(WARM_UP)
    const more = await interleave(['empty', 'evergate'], rounds, (name) => visitors[name].visit(TURN))
    for (const each of Object.values(visitors)) each.close()
    rates.empty.push(...more.empty)
    rates.evergate.push(...more.evergate)
  } finally {
    await Promise.all(servers.map(({ stop }) => stop()))
  }
}
