import express from 'express'
import { describe, expect, it } from 'vitest'
import { type AppUser, hashPassword } from '../index.ts'
import { aRouter, serve, tableOfUsers } from '../testing/host.ts'

async function anApp() {
  const table = await tableOfUsers()
  const { auth, ...rest } = await aRouter({ users: table.users })
  const app = await serve(express().use(auth))
  const signIn = () => app.post('/login', { json: table.credentials })
  return { ...table, ...rest, ...app, auth, signIn }
}

describe('users of a table elsewhere', () => {
  it('sign in and renew, with the roles they have at the time', async () => {
    const app = await anApp()
    const { status, body } = await app.signIn()
    expect(status).toBe(200)
    expect(body.userData).toEqual({ id: '7', email: 'Ada@example.com', name: 'Ada', roles: ['member'] })
    app.change('7', { roles: ['member', 'admin'] })
    expect((await app.refresh(body.refreshToken)).body.userData.roles).toEqual(['member', 'admin'])
    expect(await app.store.users.isEmpty()).toBe(true)
  })

  it('register with the id and the roles that the table gives them', async () => {
    const app = await anApp()
    const json = { email: 'grace@example.com', password: 'correct horse', name: 'Grace' }
    const { status, body } = await app.post('/register', { json })
    expect(status).toBe(201)
    expect(body.userData).toMatchObject({ id: '8', roles: ['guest'] })
    expect((await app.post('/register', { json })).body.error).toBe('email_taken')
  })

  it('change their password, which ends their sessions and begins a new one', async () => {
    const app = await anApp()
    const [here, there] = [(await app.signIn()).body, (await app.signIn()).body]
    const json = { current: app.credentials.password, next: 'incorrect horse' }
    const changed = await app.post('/password', { bearer: here.accessToken, json })
    expect(changed.status).toBe(200)
    expect((await app.signIn()).status).toBe(401)
    expect((await app.refresh(changed.body.refreshToken)).status).toBe(200)
    expect((await app.refresh(here.refreshToken)).body.error).toBe('session_revoked')
    expect((await app.refresh(there.refreshToken)).body.error).toBe('session_revoked')
  })

  it.each<[string, Partial<AppUser>, string]>([
    ['is disabled', { disabled: true }, 'user-disabled'],
    ['is another person by now', { id: '9' }, 'user-gone'],
  ])('renew no more once their row %s, though nobody ended their sessions', async (_, to, reason) => {
    const app = await anApp()
    const { refreshToken, accessToken } = (await app.signIn()).body
    if (to.id) app.rows.delete('7')
    else app.change('7', to)
    expect((await app.get('/me', { bearer: accessToken })).status).toBe(401)
    expect((await app.refresh(refreshToken)).body.error).toBe('session_revoked')
    expect((await app.refresh(refreshToken)).body.error).toBe('session_revoked')
    expect((await app.signIn()).status).toBe(401)
    const ended = app.events.filter(({ event }) => event === 'sessions-ended')
    expect(ended).toMatchObject([{ reason, count: 1, sid: refreshToken.split('.')[1], userId: '7' }])
  })

  it.each(['', '$2b$10$abcdefghijklmnopqrstuv', 'md5'])(
    'are not let in with a hash like "%s"',
    async (hash) => {
      const app = await anApp()
      app.change('7', { passwordHash: hash })
      expect((await app.signIn()).body.error).toBe('invalid_credentials')
    },
  )
})

describe('a sign-in that is overtaken', async () => {
  const anotherHash = await hashPassword('another password')
  const overtaking: [string, (app: Awaited<ReturnType<typeof anApp>>) => void][] = [
    ['disabling', ({ change }) => change('7', { disabled: true })],
    ['another password', ({ change }) => change('7', { passwordHash: anotherHash })],
    ['deletion', ({ rows }) => void rows.delete('7')],
  ]

  it.each(overtaking)('by %s before its session is there leaves none behind', async (_, overtake) => {
    const app = await anApp()
    const { create } = app.store.sessions
    app.store.sessions.create = (session) => {
      overtake(app)
      return create(session)
    }
    expect((await app.signIn()).body.error).toBe('invalid_credentials')
    expect(await app.store.sessions.listLive('7')).toEqual([])
  })

  it.each(overtaking)('by %s once its session is there leaves none behind', async (_, overtake) => {
    const app = await anApp()
    const { findById } = app.users
    app.users.findById = async (id) => {
      // Seen as they were; all that overtakes happens before the answer to the sign-in.
      const user = await findById(id)
      overtake(app)
      await app.auth.endSessionsOf('7', 'user-disabled')
      return user
    }
    const { body } = await app.signIn()
    app.users.findById = findById
    expect(await app.store.sessions.listLive('7')).toEqual([])
    if (body.refreshToken) expect((await app.refresh(body.refreshToken)).body.error).toBe('session_revoked')
  })
})

describe('a table that fails', () => {
  it.each(['findByEmail', 'findById', 'replacePasswordHash', 'create'] as const)(
    'is an outage, and signs nobody out: %s',
    async (name) => {
      const app = await anApp()
      const { refreshToken, accessToken } = (await app.signIn()).body
      const works = app.users[name]
      app.users[name] = () => {
        throw new Error('no such database')
      }
      const change = { current: app.credentials.password, next: 'incorrect horse' }
      const grace = { email: 'grace@example.com', password: 'correct horse', name: 'Grace' }
      const calls = {
        findByEmail: () => app.signIn(),
        findById: () => app.refresh(refreshToken),
        replacePasswordHash: () => app.post('/password', { bearer: accessToken, json: change }),
        create: () => app.post('/register', { json: grace }),
      }
      const { status, headers, body } = await calls[name]()
      expect([status, headers.get('retry-after'), body.error]).toEqual([503, '1', 'temporarily_unavailable'])
      expect(app.log()).toContain('no such database')
      Object.assign(app.users, { [name]: works })
      expect((await app.refresh(refreshToken)).status).toBe(200)
    },
  )

  it('in the middle of a sign-in leaves no session behind', async () => {
    const app = await anApp()
    app.users.findById = () => Promise.reject(new Error('no such database'))
    expect((await app.signIn()).status).toBe(503)
    expect(await app.store.sessions.listLive('7')).toEqual([])
  })

  it('by answering half a user is an error of the app, which the log names without the value', async () => {
    const app = await anApp()
    app.users.findByEmail = () => ({ ...app.rows.get('7'), roles: 'secret-role' }) as unknown as AppUser
    expect((await app.signIn()).status).toBe(500)
    expect(app.log()).toContain('users.findByEmail answered a user whose roles is wrong')
    expect(app.log()).not.toContain('secret-role')
  })
})
