import { describe, expect, it, vi } from 'vitest'
import { manualClock, startServer } from '../../testing/harness.ts'
import { eachStoreKind, openTestStore, type StoreKind } from '../../testing/stores.ts'

vi.setConfig({ testTimeout: 60_000 })

const FEED_SECRET = 'a-secret-of-the-feed-of-the-tests-0123456789'

/** Two auth servers on one store, an administrator and a person. */
async function world(kind: StoreKind) {
  const url = await kind.place()
  const clock = manualClock()
  const start = async () =>
    startServer({ store: await openTestStore(url, clock), clock, environment: { FEED_SECRET } })
  const [server, other] = [await start(), await start()]
  const root = await server.newcomer('root@example.com')
  await server.store.users.setRoles(root.userData.id, ['user', 'admin'])
  const ada = await other.newcomer('ada@example.com')
  const { email, password } = ada
  const again = (await server.post('/login', { json: { email, password } })).body
  const path = (rest = '') => `/admin/users/${ada.userData.id}${rest}`
  return { server, other, clock, ada, again, path, root: root.userData.id, bearer: root.accessToken }
}

type World = Awaited<ReturnType<typeof world>>

/** The feed's entries. */
async function endedIn({ other }: World): Promise<{ sid: string; reason: string }[]> {
  const { entries } = (await other.get('/ended', { bearer: FEED_SECRET })).body
  return entries.filter((entry: object) => 'sid' in entry)
}

const sidOf = (token: string) => token.split('.')[1] ?? ''

describe.each(eachStoreKind)('administrators, on %s', (_title, kind) => {
  const can = (title: string, run: (world: World) => Promise<void>) =>
    it.skipIf(kind.missing)(title, async () => run(await world(kind)))

  can('find a person by the beginning of an address, page by page', async ({ server, bearer, ada }) => {
    const find = async (query: string) => (await server.get(`/admin/users${query}`, { bearer })).body
    const all = await find('')
    expect(all.users.map(({ email }: { email: string }) => email)).toEqual([
      'ada@example.com',
      'root@example.com',
    ])
    expect(all.users[0]).toEqual({
      id: ada.userData.id,
      email: 'ada@example.com',
      name: 'Ada',
      roles: ['user'],
      createdAt: expect.stringMatching(/^2030-01-01T/),
      disabledAt: null,
    })
    expect(all.next).toBeNull()
    expect((await find('?email=%20ADA')).users).toHaveLength(1)
    expect((await find('?email=nobody')).users).toEqual([])
    const first = await find('?limit=1')
    expect([first.users.length, first.next]).toEqual([1, 'ada@example.com'])
    expect((await find(`?limit=1&after=${first.next}`)).users).toMatchObject([{ email: 'root@example.com' }])
    expect(server.events()).toContainEqual(expect.objectContaining({ event: 'users-listed', count: 2 }))
  })

  can('see a person’s sessions, end one of them and then all', async (world) => {
    const { server, other, bearer, ada, again, path, root } = world
    const shown = await other.get(path(), { bearer })
    expect(shown.body).toMatchObject({ email: 'ada@example.com', roles: ['user'] })
    expect(shown.body.sessions.map(({ sid }: { sid: string }) => sid).toSorted()).toEqual(
      [sidOf(ada.refreshToken), sidOf(again.refreshToken)].toSorted(),
    )
    expect((await server.delete(path(`/sessions/${sidOf(again.refreshToken)}`), { bearer })).status).toBe(204)
    expect((await other.refresh(again.refreshToken)).body.error).toBe('session_revoked')
    expect((await other.refresh(ada.refreshToken)).status).toBe(200)
    const twice = await server.delete(path(`/sessions/${sidOf(again.refreshToken)}`), { bearer })
    expect(twice).toMatchObject({ status: 404, body: { error: 'not_found' } })
    const mine = (await server.get('/sessions', { bearer })).body.sessions[0].sid
    expect((await server.delete(path(`/sessions/${mine}`), { bearer })).status).toBe(404)
    expect(await server.delete(path('/sessions'), { bearer })).toMatchObject({
      status: 200,
      body: { ended: 1 },
    })
    expect((await server.refresh(ada.refreshToken)).body.error).toBe('session_revoked')
    expect((await endedIn(world)).map(({ reason }) => reason)).toEqual(['ended-by-admin', 'ended-by-admin'])
    for (const event of [
      { event: 'sessions-ended', reason: 'ended-by-admin', count: 1, sid: sidOf(again.refreshToken) },
      { event: 'sessions-ended', reason: 'ended-by-admin', count: 1 },
    ])
      expect(server.events()).toContainEqual(
        expect.objectContaining({ ...event, admin: root, userId: ada.userData.id, address: '127.0.0.1' }),
      )
    expect(other.events()).toContainEqual(expect.objectContaining({ event: 'user-shown', admin: root }))
  })

  can('disable a person and enable them again', async ({ server, other, bearer, ada, path, root }) => {
    const { email, password } = ada
    const signIn = () => other.post('/login', { json: { email, password } })
    const ended = async () =>
      (await other.get('/ended', { bearer: FEED_SECRET })).body.entries.filter(
        ({ reason }: { reason: string }) => reason === 'user-disabled',
      )
    expect(await ended()).toEqual([])
    expect(await server.post(path('/disable'), { bearer })).toMatchObject({ status: 200, body: { ended: 2 } })
    expect((await ended()).length).toBeGreaterThan(0)
    expect((await other.refresh(ada.refreshToken)).body.error).toBe('session_revoked')
    expect((await other.get('/me', { bearer: ada.accessToken })).status).toBe(401)
    expect((await signIn()).status).toBe(401)
    expect((await other.get(path(), { bearer })).body.disabledAt).toMatch(/^2030-/)
    expect((await server.post(path('/enable'), { bearer })).status).toBe(204)
    expect((await signIn()).status).toBe(200)
    for (const event of ['user-disabled', 'user-enabled'])
      expect(server.events()).toContainEqual(
        expect.objectContaining({ event, admin: root, userId: ada.userData.id }),
      )
  })

  can('give other roles: at the next renewal, and at once by the feed', async (world) => {
    const { server, other, clock, bearer, ada, path, root } = world
    const { cursor } = (await other.get('/ended', { bearer: FEED_SECRET })).body
    clock.advance(60_000)
    const changed = await server.send('PUT', path('/roles'), {
      bearer,
      json: { roles: ['user', 'editor', 'user'] },
    })
    expect(changed).toMatchObject({ status: 200, body: { roles: ['user', 'editor'] } })
    const told = await other.get(`/ended?after=${encodeURIComponent(cursor)}`, { bearer: FEED_SECRET })
    expect(told.body.entries).toEqual([
      { sub: ada.userData.id, endedAt: clock(), reason: 'roles-changed', renew: true },
    ])
    const { accessToken, userData } = (await other.refresh(ada.refreshToken)).body
    expect(userData.roles).toEqual(['user', 'editor'])
    const payload = JSON.parse(Buffer.from(accessToken.split('.')[1], 'base64url').toString())
    expect(payload.roles).toEqual(['user', 'editor'])
    expect(server.events()).toContainEqual(
      expect.objectContaining({
        event: 'roles-changed',
        from: ['user'],
        to: ['user', 'editor'],
        admin: root,
        userId: ada.userData.id,
      }),
    )
  })

  can('remove the second factors of somebody who has lost them, and every session ends', async (world) => {
    const { server, other, bearer, ada, again, path, root } = world
    const factor = { userId: ada.userData.id, name: '', data: 'secret', counter: 0, life: null }
    await other.store.factors.add({ ...factor, id: 'a', kind: 'totp' })
    await other.store.factors.add({ ...factor, id: 'b', kind: 'recovery-code' })
    await other.store.factors.add({ ...factor, userId: root, id: 'a', kind: 'totp' })
    const shown = await other.get(path(), { bearer })
    expect(shown.body.factors).toEqual({ totp: true, passkeys: 0, recoveryCodes: 1, trustedDevices: 0 })
    expect(JSON.stringify(shown.body)).not.toContain('secret')
    const removed = await server.delete(path('/factors'), { bearer })
    expect(removed).toMatchObject({ status: 200, body: { removed: 2, ended: 2 } })
    expect(await other.store.factors.list(ada.userData.id)).toEqual([])
    expect(await other.store.factors.list(root)).toHaveLength(1)
    for (const { refreshToken } of [ada, again])
      expect((await other.refresh(refreshToken)).body.error).toBe('session_revoked')
    expect((await endedIn(world)).map(({ reason }) => reason)).toEqual(['ended-by-admin', 'ended-by-admin'])
    for (const kind of ['totp', 'recovery-code'])
      expect(server.events()).toContainEqual(
        expect.objectContaining({
          event: 'factor-removed',
          factor: kind,
          admin: root,
          userId: ada.userData.id,
        }),
      )
    const nothing = await server.delete(path('/factors'), { bearer })
    expect(nothing.body).toEqual({ removed: 0, ended: 0 })
  })

  can('are none any more at once when they lose the role', async ({ server, other, bearer, root }) => {
    await other.store.users.setRoles(root, ['user'])
    expect(await server.get('/admin/users', { bearer })).toMatchObject({
      status: 403,
      body: { error: 'forbidden' },
    })
  })

  can('add a person, hand out what is known of them, and delete them', async (world) => {
    const { server, other, bearer, ada, again, path, root } = world
    const eve = {
      email: 'Eve@Example.com',
      name: 'Eve',
      newPassword: 'battery staple',
      roles: ['user', 'editor'],
    }
    const added = await server.post('/admin/users', { bearer, json: eve })
    expect(added).toMatchObject({
      status: 201,
      body: { email: 'eve@example.com', roles: ['user', 'editor'] },
    })
    const taken = await other.post('/admin/users', { bearer, json: eve })
    expect(taken).toMatchObject({ status: 409, body: { error: 'email_taken' } })
    const credentials = { email: 'eve@example.com', password: 'battery staple' }
    expect((await other.post('/login', { json: credentials })).status).toBe(200)

    await server.post('/logout', { refreshToken: again.refreshToken })
    const dossier = (await other.post(path('/export'), { bearer })).body
    expect(dossier.user).toMatchObject({ id: ada.userData.id, email: 'ada@example.com', disabledAt: null })
    expect(dossier.sessions).toHaveLength(2)
    expect(dossier.sessions).toContainEqual(
      expect.objectContaining({ sid: sidOf(ada.refreshToken), endedAt: null, address: '127.0.0.1' }),
    )
    expect(dossier.sessions).toContainEqual(
      expect.objectContaining({ sid: sidOf(again.refreshToken), endedBy: 'signed-out' }),
    )
    expect(JSON.stringify(dossier)).not.toContain('argon2')

    expect(await server.delete(path(), { bearer })).toMatchObject({ status: 200, body: { ended: 1 } })
    expect((await other.get(path(), { bearer })).status).toBe(404)
    expect((await other.refresh(ada.refreshToken)).body.error).toBe('session_revoked')
    expect((await other.get('/me', { bearer: ada.accessToken })).status).toBe(401)
    const { email, password } = ada
    expect((await other.post('/login', { json: { email, password } })).status).toBe(401)
    expect((await other.newcomer()).email).toBe('ada@example.com')
    for (const [at, event] of [
      [server, 'user-added'],
      [other, 'user-exported'],
      [server, 'user-deleted'],
    ] as const)
      expect(at.events()).toContainEqual(expect.objectContaining({ event, admin: root }))
  })
})

describe.each(eachStoreKind)('a person, on %s', (_title, kind) => {
  it.skipIf(kind.missing)('takes what is known of them, and goes', async () => {
    const all = await world(kind)
    const { server, other, ada, again } = all
    const bearer = ada.accessToken
    const dossier = await other.post('/me/export', { bearer })
    expect(dossier).toMatchObject({ status: 200, body: { user: { email: 'ada@example.com' } } })
    expect(dossier.body.sessions).toHaveLength(2)
    const gone = await server.delete('/me', { bearer })
    expect(gone.status).toBe(204)
    expect(gone.setCookies).toContainEqual(expect.stringContaining('refreshToken=; Max-Age=0'))
    for (const { refreshToken } of [ada, again])
      expect((await other.refresh(refreshToken)).body.error).toBe('session_revoked')
    const session = await other.store.sessions.find(sidOf(again.refreshToken))
    expect(session?.session).toMatchObject({ revokedReason: 'user-gone', address: '', userAgent: '' })
    expect((await endedIn(all)).map(({ reason }) => reason)).toEqual(['user-gone', 'user-gone'])
    expect(server.events()).toContainEqual(
      expect.objectContaining({ event: 'user-deleted', userId: ada.userData.id, address: '127.0.0.1' }),
    )
    expect(other.events().find(({ event }) => event === 'user-exported')).not.toHaveProperty('admin')
  })
})
