import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { run, startFunction } from './testing/child.ts'
import { temporaryDirectory } from './testing/harness.ts'
import { linkTo } from './testing/link.ts'
import { runInPostgres, storeKind } from './testing/stores.ts'

// A store, or the network to it, drops a connection whose other end has been silent for long; a process that was frozen
// then has not heard of it, and is told when it says something.
async function expectNothingNoticed(storeUrl: string): Promise<void> {
  const link = await linkTo(storeUrl)
  const running = await startFunction({
    cwd: temporaryDirectory(),
    environment: { STORE_URL: link.url, VERCEL: '1', REFRESH_GRACE: '60' },
  })
  const { refreshToken } = await running.newcomer()
  // In parallel, so that every connection of the pool is open.
  const refreshAll = () => Promise.all(Array.from({ length: 6 }, () => running.refresh(refreshToken)))
  await refreshAll()

  running.process.kill('SIGSTOP')
  link.forget()
  // Shorter pauses do not count as one.
  await delay(1_100)
  const answers = refreshAll()
  running.process.kill('SIGCONT')
  expect((await answers).map(({ status }) => status)).toEqual(Array(6).fill(200))
}

describe('the first requests after a freeze in which every connection died are answered', () => {
  const postgres = storeKind('PostgreSQL')
  const redis = storeKind('Redis')

  it.skipIf(postgres.missing)('on PostgreSQL', async () => {
    await expectNothingNoticed(await postgres.place())
  })

  it.skipIf(redis.missing)('on Redis', async () => {
    await expectNothingNoticed(await redis.place())
  })
})

describe('on PostgreSQL', () => {
  const postgres = storeKind('PostgreSQL')

  it.skipIf(postgres.missing)(
    'a function holds three connections at most, and pool_size changes that',
    async () => {
      for (const [size, most] of [
        [undefined, 3],
        ['1', 1],
      ] as const) {
        const place = new URL(await postgres.place())
        const name = `function-${most}`
        place.searchParams.set('application_name', name)
        if (size) place.searchParams.set('pool_size', size)
        const running = await startFunction({
          cwd: temporaryDirectory(),
          environment: { STORE_URL: place.href, VERCEL: '1' },
        })
        await Promise.all(Array.from({ length: 12 }, (_, i) => running.newcomer(`ada${i}@example.com`)))
        const held = `select count(*) from pg_stat_activity where application_name = '${name}'`
        await runInPostgres(
          await postgres.place(),
          `do $$ begin assert (${held}) = ${most}, 'not ${most}'; end $$`,
        )
      }
    },
  )
})

it('a file is refused as a store with one line that says what to set', async () => {
  const child = run('testing/function-host.ts', { cwd: temporaryDirectory(), environment: { VERCEL: '1' } })
  expect(await child.exited).toBe(1)
  expect(child.errors()).toBe(
    'STORE_URL: must be postgres://… or redis://… on Vercel, where no file outlives a function\n',
  )
})
