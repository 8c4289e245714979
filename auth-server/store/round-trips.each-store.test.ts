import { StatementSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { startServer } from '../testing/harness.ts'
import { linkTo } from '../testing/link.ts'
import { eachStoreKind, openTestStore, type StoreKind } from '../testing/stores.ts'

/** Counts the calls between a driver and its store. */
interface Traffic {
  /** The store's URL by way of whoever counts. */
  readonly url: string
  /** Round trips, or on SQLite turns in the shared commit, since it was asked last. */
  count(): number
}

/** Each message that is sent after an answer has come begins a round trip. */
async function inPostgres(url: string): Promise<Traffic> {
  let trips = 0
  const asking = new Set<number>()
  const link = await linkTo(url, (_chunk, towards, connection) => {
    if (towards === 'server') asking.delete(connection)
    else if (!asking.has(connection)) {
      asking.add(connection)
      trips++
    }
  })
  return {
    url: link.url,
    count() {
      const all = trips
      trips = 0
      return all
    },
  }
}

/** Many commands share one connection there, so the commands are counted: each is an array of texts. */
async function inRedis(url: string): Promise<Traffic> {
  let sent = ''
  const link = await linkTo(url, (chunk, towards) => {
    if (towards === 'store') sent += chunk.toString('latin1')
  })
  return {
    url: link.url,
    count() {
      const commands = sent.replaceAll('*1\r\n$4\r\nPING\r\n', '').match(/\*\d+\r\n\$/g) ?? []
      sent = ''
      return commands.length
    },
  }
}

/** Reading is a call of a function there, and only a commit waits. */
function inSqlite(url: string): Traffic {
  const spy = vi.spyOn(StatementSync.prototype, 'run')
  onTestFinished(() => spy.mockRestore())
  return {
    url,
    count() {
      const commits = spy.mock.contexts.filter(isCommit).length
      spy.mockClear()
      return commits
    },
  }
}

const isCommit = (statement: unknown) => (statement as StatementSync).sourceSQL === 'commit'

async function trafficOf({ name, place }: StoreKind): Promise<Traffic> {
  const url = await place()
  if (name === 'PostgreSQL') return await inPostgres(url)
  return name === 'Redis' ? await inRedis(url) : inSqlite(url)
}

describe.each(eachStoreKind)('on %s', (_title, kind) => {
  const wait = kind.name === 'SQLite' ? 0 : 1

  it.skipIf(kind.missing)('a refresh is one round trip to the store, and a replay no more', async () => {
    const { url, count } = await trafficOf(kind)
    const store = await openTestStore(url)
    const server = await startServer({ store })
    const { refreshToken } = await server.newcomer()
    const refresh = async (token: string): Promise<string> => (await server.refresh(token)).body.refreshToken
    // Connections are made, and scripts are known.
    await Promise.all(Array.from({ length: 20 }, () => store.sessions.find('unknown')))
    const warm = await refresh(refreshToken)
    count()

    const second = await refresh(warm)
    expect(count(), 'the newest token').toBe(1)
    expect(await refresh(warm)).toBe(second)
    expect(count(), 'its parent').toBe(wait)
    const third = await refresh(second)
    expect(count(), 'the newest token').toBe(1)

    const burst = await Promise.all(Array.from({ length: 10 }, () => refresh(third)))
    expect(new Set(burst).size).toBe(1)
    if (wait) expect(count(), 'a burst').toBe(10)
    else expect(count(), 'a burst').toBeLessThanOrEqual(10)
  })
})
