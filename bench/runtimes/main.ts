import { createTestSession } from '../../lib/testing/session.ts'
import { interleave } from '../lib/interleave.ts'
import { type Measured, progress, runPart } from '../lib/part.ts'
import { rowsOf } from '../lib/result.ts'
import { loop, SECRET } from './loop.ts'
import { startWorkerd } from './workerd.ts'

const QUICK = { rounds: 5, requests: 2_000 }
const FULL = { rounds: 21, requests: 20_000 }
const WAYS = ['Node', 'workerd'] as const

await runPart('runtimes', async ({ quick }): Promise<Measured> => {
  const { rounds, requests } = quick ? QUICK : FULL
  const user = { id: 'user-1', name: 'User 1', email: 'user-1@example.com' }
  const session = await createTestSession({ accessSecret: SECRET, expiresIn: 21_600, user })
  const cookie = `${session.cookieHeader}; refreshToken=v1.1.${'r'.repeat(80)}`
  const workerd = await startWorkerd()
  const loops = { Node: loop, workerd: workerd.loop }
  /** Microseconds of a request. */
  async function timed(way: (typeof WAYS)[number], what: 'gateway' | 'empty'): Promise<number> {
    const began = performance.now()
    await loops[way](what, requests, cookie)
    return ((performance.now() - began) * 1000) / requests
  }
  try {
    progress('until all is compiled')
    for (const way of WAYS) for (const what of ['empty', 'gateway'] as const) await timed(way, what)
    progress('cost of a request')
    const over = await interleave(WAYS, rounds, async (way) => {
      const empty = await timed(way, 'empty')
      return (await timed(way, 'gateway')) - empty
    })
    return {
      packages: ['jose', 'workerd'],
      conditions: [
        'The gateway alone (`createSessionGateway`), without Next: in a loop, one request after the other, with one session, HS256.',
        `${rounds} rounds of ${requests.toLocaleString('en-US')} requests, and as many that are made and not judged, whose time is taken off.`,
        'In workerd the loop runs in one call of a worker, in a process of its own, and the time is that of the process that asks.',
      ],
      figures: [
        {
          id: 'cost',
          title: 'The decision on a request with a good session',
          unit: 'µs',
          better: 'less',
          rows: rowsOf(over),
        },
      ],
    }
  } finally {
    await workerd.stop()
  }
})
