import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runToEnd } from './testing/child.ts'
import { aNewSession, aNewUser, temporaryDirectory, temporaryStore } from './testing/harness.ts'

it('an operator sees the factors of somebody, and removes them with every session, with an event of each', async () => {
  const cwd = temporaryDirectory()
  const file = join(cwd, 'auth.db')
  const store = await temporaryStore(Date.now, file)
  await store.users.create(aNewUser())
  await store.sessions.create(aNewSession())
  const factor = { userId: 'user-1', name: 'A key', data: 'secret', counter: 0, life: null }
  await store.factors.add({ ...factor, id: 'a', kind: 'passkey' })
  await store.factors.add({ ...factor, id: 'b', kind: 'recovery-code', name: '' })
  const run = (...args: string[]) =>
    runToEnd('users.ts', { cwd, args: ['factors', ...args], environment: { STORE_URL: `sqlite:${file}` } })

  const shown = await run('ada@example.com')
  expect(shown.output).toMatch(/^passkey {12}since \d{4}-.*A key\nrecovery code {6}since /)
  expect(shown.output).not.toContain('secret')
  const removed = await run('ada@example.com', '--remove')
  expect(removed).toMatchObject({
    code: 0,
    output: 'ada@example.com signs in with the password alone, and 1 session has ended.\n',
  })
  expect(removed.errors).toContain('"event":"factor-removed","factor":"passkey","operator"')
  expect(await store.factors.list('user-1')).toEqual([])
})
