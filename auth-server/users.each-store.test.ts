import { describe, expect, it, vi } from 'vitest'
import { runToEnd, startChild } from './testing/child.ts'
import { temporaryDirectory } from './testing/harness.ts'
import { eachStoreKind } from './testing/stores.ts'

vi.setConfig({ testTimeout: 30_000 })

const users = (cwd: string, args: string[], environment: Record<string, string>) =>
  runToEnd('users.ts', { cwd, args, environment })

// The stores' own tests and the administrators' routes cover the others, too. `npm test -- --all` runs all of them.
describe.each(process.env.EVERGATE_ALL ? eachStoreKind : eachStoreKind.slice(0, 1))(
  'on %s',
  (_title, kind) => {
    it.skipIf(kind.missing)(
      'ASVS 7.4.2, 7.4.5: disables a user while the server runs, with all sessions, and enables again',
      async () => {
        const cwd = temporaryDirectory()
        const environment = { STORE_URL: await kind.place() }
        const server = await startChild({ cwd, environment })
        const { email, password, ...ada } = await server.newcomer()
        const other = await server.newcomer('eve@example.com')
        const signIn = (word = password) => server.post('/login', { json: { email, password: word } })
        const second = (await signIn()).body

        const disabled = await users(cwd, ['disable', ' Ada@Example.com'], environment)
        expect(disabled).toMatchObject({
          code: 0,
          output: `${email} is disabled, and 2 sessions have ended.\n`,
        })
        expect(
          disabled.errors
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line)),
        ).toMatchObject([
          { audit: true, event: 'user-disabled', userId: ada.userData.id, operator: expect.any(String) },
          {
            audit: true,
            event: 'sessions-ended',
            reason: 'user-disabled',
            count: 2,
            userId: ada.userData.id,
          },
        ])
        for (const { refreshToken, accessToken } of [ada, second]) {
          expect(await server.refresh(refreshToken)).toMatchObject({
            status: 403,
            body: { error: 'session_revoked' },
          })
          expect((await server.get('/me', { bearer: accessToken })).status).toBe(401)
        }
        const [right, wrong] = [await signIn(), await signIn('wrong')]
        expect(right).toMatchObject({ status: 401, body: wrong.body, setCookies: [] })
        expect((await server.refresh(other.refreshToken)).status).toBe(200)
        const list = (await users(cwd, ['list'], environment)).output
        expect(list).toContain(`  ${ada.userData.id}  disabled`)
        expect(list).toMatch(
          /^ada@example\.com +user +\d{4}-\d\d-\d\d {2}[\w-]{22} {2}disabled \d{4}-\d\d-\d\d\neve@example\.com +user +\d{4}-\d\d-\d\d {2}[\w-]{22}\n$/,
        )

        expect(await users(cwd, ['enable', email], environment)).toMatchObject({
          code: 0,
          output: `${email} may sign in.\n`,
          errors: expect.stringContaining('"event":"user-enabled"'),
        })
        expect((await signIn()).status).toBe(200)
        expect((await server.refresh(second.refreshToken)).body.error).toBe('session_revoked')
      },
    )
  },
)
