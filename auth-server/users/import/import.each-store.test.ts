import { describe, expect, it } from 'vitest'
import { StoreError } from '../../store/store.ts'
import { aNewUser } from '../../testing/harness.ts'
import { eachStoreKind, openTestStore } from '../../testing/stores.ts'
import { type ImportParts, importUsers, type LeftOut, type Tally } from './import-users.ts'

const hash = '$2b$10$vNqK0ka5a9FXLO7uDA39TOl9nsRAYsCErYZ/UjqMp1DwuuyQJ9/P2'

/** 2,500 rows, of which 2,496 can be added. */
async function* rows() {
  for (let i = 1; i <= 2_500; i++) {
    const row = { id: `id-${i}`, email: `${i}@example.com`, password: hash, disabled: String(i === 2_499) }
    if (i === 10) yield { ...row, email: 'taken@example.com' }
    else if (i === 11) yield { ...row, id: 'taken' }
    else if (i === 1_200) yield 'unreadable' as const
    else if (i === 2_400) yield { ...row, password: 'plain' }
    else yield row
  }
}

describe.each(eachStoreKind)('an import into %s', (_title, kind) => {
  it.skipIf(kind.missing)('that was interrupted is run again, and ends with everybody once', async () => {
    const store = await openTestStore(await kind.place())
    await store.users.create(aNewUser({ id: 'taken', email: 'taken@example.com' }))
    const leftOut: LeftOut[] = []
    const progress: Tally[] = []
    const stopping = new AbortController()
    const parts: ImportParts = {
      users: store.users,
      newId: () => 'not needed',
      reading: { columns: {}, withoutHash: false, firebase: undefined },
      after: 0,
      leftOut: (row) => void leftOut.push(row),
      progress: (tally) => void progress.push(tally),
      stop: new AbortController().signal,
    }
    // The store is away in the second thousand: the first is there.
    let calls = 0
    const failing = {
      ...store.users,
      createMany: (many: Parameters<typeof store.users.createMany>[0]) =>
        ++calls === 2 ? Promise.reject(new StoreError('away')) : store.users.createMany(many),
    }
    await expect(importUsers(rows(), { ...parts, users: failing })).rejects.toThrow('away')
    expect(await store.users.findById('id-1000')).toBeDefined()
    expect(await store.users.findById('id-1001')).toBeUndefined()

    // Stopped by hand in the second run.
    leftOut.length = 0
    progress.length = 0
    const stopped = await importUsers(rows(), {
      ...parts,
      stop: stopping.signal,
      progress: (tally) => {
        if (tally.rows === 2_000) stopping.abort()
      },
    })
    expect(stopped).toEqual({ rows: 2_000, added: 999, there: 998, leftOut: 3 })

    leftOut.length = 0
    expect(await importUsers(rows(), parts)).toEqual({ rows: 2_500, added: 499, there: 1_997, leftOut: 4 })
    expect(progress.map(({ rows }) => rows)).toEqual([1_000, 2_000, 2_500])
    expect(leftOut).toEqual([
      { row: 10, email: 'taken@example.com', reason: 'email_taken' },
      { row: 11, email: '11@example.com', reason: 'id_taken' },
      { row: 1_200, reason: 'unreadable' },
      { row: 2_400, reason: 'unknown-hash' },
    ])
    expect(await store.users.findById('id-2499')).toMatchObject({ disabledAt: expect.any(Number) })
    expect(await store.users.findById('id-2500')).toMatchObject({ disabledAt: null, passwordHash: hash })
  })
})
