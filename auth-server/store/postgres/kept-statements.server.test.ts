import pg from 'pg'
import { expect, it, onTestFinished } from 'vitest'
import { storeKind } from '../../testing/stores.ts'
import { keptStatements } from './kept-statements.ts'
import { createPool } from './pool.ts'

const { missing, place } = storeKind('PostgreSQL')
const withServer = it.skipIf(missing)
const TEXT = 'select $1::int + 1 as sum'

async function aPool() {
  const kept = keptStatements()
  kept.add(TEXT)
  const pool = createPool({ url: await place(), size: 1, idleTimeout: 0, statementTimeout: 2_000, kept })
  onTestFinished(() => pool.end())
  const client = await pool.connect()
  onTestFinished(() => client.release())
  const ask = async (text: string, values: number[] = []) => (await client.query(text, values)).rows
  return { ask, known: () => ask('select name from pg_prepared_statements') }
}

withServer('a statement that is kept is read once by its connection', async () => {
  const { ask, known } = await aPool()
  expect(await ask(TEXT, [1])).toEqual([{ sum: 2 }])
  expect(await ask(TEXT, [2])).toEqual([{ sum: 3 }])
  expect(await known()).toEqual([{ name: expect.stringMatching(/^evergate_[0-9a-f]{32}$/) }])
})

withServer(
  'behind a pooler that has handed out another connection it is run all the same, and kept no more',
  async () => {
    const { ask, known } = await aPool()
    await ask(TEXT, [1])
    // To the database that is a connection that has not been told the statement.
    await ask('deallocate all')
    expect(await ask(TEXT, [2])).toEqual([{ sum: 3 }])
    expect(await ask(TEXT, [3])).toEqual([{ sum: 4 }])
    expect(await known()).toEqual([])
  },
)

withServer('nor is it where another server has told the connection the same statement', async () => {
  const { ask } = await aPool()
  const name = keptName()
  await ask(`prepare ${name} (int) as select $1 + 1 as sum`)
  expect(await ask(TEXT, [2])).toEqual([{ sum: 3 }])
})

withServer('an error of the statement itself is told, and ends nothing', async () => {
  const { ask, known } = await aPool()
  await expect(ask(TEXT, [2_147_483_647])).rejects.toBeInstanceOf(pg.DatabaseError)
  expect(await ask(TEXT, [1])).toEqual([{ sum: 2 }])
  expect(await known()).toHaveLength(1)
})

function keptName(): string {
  const kept = keptStatements()
  kept.add(TEXT)
  return kept.nameOf(TEXT) as string
}
