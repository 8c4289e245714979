import { describe, expect, it, vi } from 'vitest'
import { startChild } from './testing/child.ts'
import { temporaryDirectory } from './testing/harness.ts'
import { eachStoreKind } from './testing/stores.ts'

vi.setConfig({ testTimeout: 30_000 })

describe.each(eachStoreKind)('on %s', (_title, kind) => {
  it.skipIf(kind.missing)('keeps every acknowledged rotation through kill -9', async () => {
    const cwd = temporaryDirectory()
    const environment = { STORE_URL: await kind.place(), REFRESH_GRACE: '0' }
    let child = await startChild({ cwd, environment })
    let newest: string = (await child.newcomer()).refreshToken
    for (let generation = 1; generation <= 2; generation++) {
      const { status, body } = await child.refresh(newest)
      child.process.kill('SIGKILL')
      expect(status).toBe(200)
      expect(body.refreshToken).toContain(`.${generation}.`)
      newest = body.refreshToken
      await child.exited
      child = await startChild({ cwd, environment })
    }
    // The store itself knows it: nothing has to be healed.
    expect((await child.refresh(newest)).status).toBe(200)
    expect(child.output()).not.toContain('healed')
    expect((await child.refresh(newest)).body.error).toBe('refresh_token_reused')
  })

  it.skipIf(kind.missing)(
    'shares its store with a second server, and names it without a password',
    async () => {
      const environment = { STORE_URL: (await kind.place()).replace('postgres@', 'postgres:pa55word@') }
      const options = { cwd: temporaryDirectory(), environment }
      const servers = await Promise.all([startChild(options), startChild(options)])
      for (const server of servers) {
        expect(server.output()).toMatch(
          /, store (sqlite:\S+|(postgres|redis|redis\+cluster):\/\/127\.0\.0\.1:[\w.,:/]+), HS256\n$/,
        )
        expect(server.output()).not.toContain('pa55word')
      }
      const { refreshToken } = await servers[0].newcomer()
      const calls = Array.from({ length: 40 }, (_, i) => servers[i % 2 ? 1 : 0].refresh(refreshToken))
      const replies = await Promise.all(calls)
      expect(replies.map(({ status }) => status)).toEqual(Array(40).fill(200))
      expect(new Set(replies.map(({ body }) => body.refreshToken)).size).toBe(1)
      expect(replies[0]?.body.refreshToken).toMatch(/\.1\.[\w-]{8}\.[\w-]{43}$/)
      servers[0].process.kill('SIGTERM')
      expect(await servers[0].exited).toBe(0)
    },
  )
})
