import { expect, it, onTestFinished, vi } from 'vitest'
import { startChild } from './testing/child.ts'
import { temporaryDirectory } from './testing/harness.ts'
import { linkTo } from './testing/link.ts'
import { expectHealed, rotate, signIn } from './testing/lost-writes.ts'
import { startPostgres } from './testing/postgres-server.ts'
import { standbyOf } from './testing/postgres-standby.ts'
import { ask, startRedis } from './testing/redis-server.ts'
import { runInPostgres, storeKind } from './testing/stores.ts'

vi.setConfig({ testTimeout: 60_000 })

it.skipIf(storeKind('Redis Cluster').missing)(
  'goes on with every session after Redis came back with an older snapshot',
  async () => {
    const directory = temporaryDirectory()
    const first = await startRedis('--dir', directory)
    onTestFinished(() => first.stop())
    const link = await linkTo(first.url)
    const server = await startChild({ cwd: temporaryDirectory(), environment: { STORE_URL: link.url } })
    const early = await rotate(server, await signIn(server))
    await ask(first.url, ['SAVE'])
    const late = await rotate(server, early)

    first.kill()
    const second = await startRedis('--dir', directory)
    onTestFinished(() => second.stop())
    await link.restore(second.url)
    await expect.poll(async () => (await server.get('/readyz')).status, { timeout: 20_000 }).toBe(200)
    await expectHealed(server, late, (i) => 1 + (i % 5))
  },
)

it.skipIf(storeKind('PostgreSQL').missing)(
  'goes on with every session after PostgreSQL failed over to a standby that lags',
  async () => {
    const primary = await startPostgres()
    onTestFinished(() => primary.stop())
    const [client, replication] = [await linkTo(primary.url), await linkTo(primary.url)]
    const server = await startChild({ cwd: temporaryDirectory(), environment: { STORE_URL: client.url } })
    const early = await signIn(server)
    const standby = await standbyOf(primary.url, replication.url)
    onTestFinished(() => standby.stop())
    const replicated = await rotate(server, early)
    await standby.caughtUp()
    replication.cut()
    const late = await rotate(server, replicated)

    await primary.stop()
    await runInPostgres(standby.url, 'select pg_promote()')
    client.cut()
    await client.restore(standby.url)
    await expect.poll(async () => (await server.get('/readyz')).status, { timeout: 20_000 }).toBe(200)
    await expectHealed(server, late, (i) => 1 + (i % 5))
  },
)
