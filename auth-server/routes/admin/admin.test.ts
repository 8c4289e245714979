import express from 'express'
import { describe, expect, it } from 'vitest'
import { startServer } from '../../testing/harness.ts'
import { aRouter, serve, tableOfUsers } from '../../testing/host.ts'
import { startMailing } from '../../testing/mails.ts'
import { startWithFactors } from '../../testing/second-factor.ts'

async function world(environment: Record<string, string> = {}) {
  const server = await startServer({ environment: { ACCESS_TOKEN_TTL: '7200', ...environment } })
  const root = await server.newcomer('root@example.com')
  await server.store.users.setRoles(root.userData.id, ['admin'])
  const ada = await server.newcomer('ada@example.com')
  const path = (rest = '', id = ada.userData.id) => `/admin/users/${id}${rest}`
  const calls: [method: string, path: string, json?: object][] = [
    ['GET', '/admin/users'],
    ['POST', '/admin/users', { email: 'eve@example.com', name: 'Eve', newPassword: 'battery staple' }],
    ['GET', path()],
    ['DELETE', path()],
    ['POST', path('/export')],
    ['PUT', path('/roles'), { roles: ['admin'] }],
    ['POST', path('/disable')],
    ['POST', path('/enable')],
    ['DELETE', path('/factors')],
    ['DELETE', path('/sessions')],
    ['DELETE', path(`/sessions/${ada.refreshToken.split('.')[1]}`)],
  ]
  return { server, root, ada, path, calls }
}

describe('the factors of somebody who has lost theirs', () => {
  it('ASVS 7.5.1: are removed by an administrator who has shown their own second factor', async () => {
    const server = await startWithFactors({ environment: { ADMIN_ROLE: 'admin' } })
    const root = server.ada
    await server.store.users.setRoles(root.userData.id, ['admin'])
    const eve = await server.newcomer('eve@example.com')
    await server.setUpTotp(eve.accessToken)
    const remove = (bearer: string, json: object = {}) =>
      server.send('DELETE', `/admin/users/${eve.userData.id}/factors`, { bearer, json })
    const { secret } = await server.setUpTotp()
    const refused = await remove(root.accessToken)
    expect([refused.status, refused.body.error]).toEqual([401, 'insufficient_user_authentication'])
    expect(refused.headers.get('www-authenticate')).toContain('acr_values="urn:evergate:two-factors"')
    expect((await remove(root.accessToken, { password: root.password })).status).toBe(401)
    const wrong = { password: root.password, code: '000000' }
    expect((await remove(root.accessToken, wrong)).body.error).toBe('invalid_code')
    expect((await remove(root.accessToken, { ...wrong, code: server.code(secret) })).body).toEqual({
      removed: 11,
      ended: 1,
    })
    server.clock.advance(30_000)
    const sure = await server.show((await server.login()).body.step, server.code(secret))
    expect((await remove(sure.body.accessToken)).body).toEqual({ removed: 0, ended: 0 })
  })

  it('ASVS 6.3.7: are told of by mail, once something was removed', async () => {
    const server = await startMailing({ environment: { SECOND_FACTOR: 'totp' } })
    const root = await server.newcomer('root@example.com')
    await server.store.users.setRoles(root.userData.id, ['admin'])
    const ada = await server.newcomer()
    const remove = () =>
      server.delete(`/admin/users/${ada.userData.id}/factors`, { bearer: root.accessToken })
    await server.mailed()
    server.forget()
    await remove()
    expect(await server.mailTo(ada.email)).toBeUndefined()
    const factor = { userId: ada.userData.id, name: '', data: '', counter: 0, life: null }
    await server.store.factors.add({ ...factor, id: 'a', kind: 'totp' })
    await remove()
    expect((await server.mailTo(ada.email))?.subject).toBe('How you sign in to Example has changed')
  })
})

describe('ASVS 8.2.1: nobody without the role', () => {
  it('sees or changes anything, with a token of their own or none', async () => {
    const { server, ada, calls } = await world()
    for (const [method, path, json] of calls) {
      const refused = await server.send(method, path, { bearer: ada.accessToken, ...(json && { json }) })
      expect([refused.status, refused.body.error], `${method} ${path}`).toEqual([403, 'forbidden'])
      const unknown = await server.send(method, path, json && { json })
      expect([unknown.status, unknown.body.error], `${method} ${path}`).toEqual([401, 'unauthenticated'])
    }
    expect((await server.refresh(ada.refreshToken)).status).toBe(200)
    expect(await server.store.users.findByEmail('eve@example.com')).toBeUndefined()
  })

  it('does so by another role of that name, and nobody at all where there is none', async () => {
    const { server, root } = await world({ ADMIN_ROLE: 'support' })
    expect((await server.get('/admin/users', { bearer: root.accessToken })).status).toBe(403)
    await server.store.users.setRoles(root.userData.id, ['support'])
    expect((await server.get('/admin/users', { bearer: root.accessToken })).status).toBe(200)
    const off = await world({ ADMIN_ROLE: 'off' })
    const reply = await off.server.get('/admin/users', { bearer: off.root.accessToken })
    expect([reply.status, reply.body.error]).toEqual([404, 'not_found'])
  })
})

describe('ASVS 7.5.2: an administrator whose sign-in has grown old', () => {
  it('looks, and changes nothing without the password', async () => {
    const { server, root, ada, calls } = await world()
    server.clock.advance(900_000)
    const bearer = root.accessToken
    for (const [method, path, json] of calls) {
      const reply = await server.send(method, path, { bearer, ...(json && { json }) })
      if (method === 'GET') expect(reply.status, path).toBe(200)
      else
        expect([reply.status, reply.body.error], `${method} ${path}`).toEqual([
          401,
          'insufficient_user_authentication',
        ])
    }
    expect((await server.refresh(ada.refreshToken)).status).toBe(200)
    const path = `/admin/users/${ada.userData.id}/disable`
    const wrong = await server.post(path, { bearer, json: { password: 'not mine' } })
    expect([wrong.status, wrong.body.error]).toEqual([401, 'invalid_credentials'])
    expect((await server.post(path, { bearer, json: { password: root.password } })).status).toBe(200)
  })

  it('a person neither', async () => {
    const { server, ada } = await world()
    server.clock.advance(900_000)
    const bearer = ada.accessToken
    for (const [method, path] of [
      ['POST', '/me/export'],
      ['DELETE', '/me'],
    ] as const) {
      const refused = await server.send(method, path, { bearer })
      expect(refused.body.error, path).toBe('insufficient_user_authentication')
      const proved = await server.send(method, path, { bearer, json: { password: ada.password } })
      expect(proved.status, path).toBeLessThan(300)
    }
  })
})

it('nobody locks themselves out', async () => {
  const { server, root, path } = await world()
  const bearer = root.accessToken
  const { id } = root.userData
  for (const [method, rest, json] of [
    ['DELETE', ''],
    ['PUT', '/roles', { roles: [] }],
    ['POST', '/disable'],
    ['DELETE', '/factors'],
  ] as const) {
    const reply = await server.send(method, path(rest, id), { bearer, ...(json && { json }) })
    expect([reply.status, reply.body.error], rest).toEqual([409, 'own_account'])
  }
  expect((await server.get('/admin/users', { bearer })).status).toBe(200)
})

it('answers what cannot be with a code, and the fields', async () => {
  const { server, root, path } = await world()
  const bearer = root.accessToken
  for (const id of ['nobody', '%00', 'x'.repeat(500), 'a%20b', '%ED%A0%80x'])
    expect((await server.get(path('', id), { bearer })).status, id).toBeGreaterThanOrEqual(400)
  expect((await server.get(path('', '%00'), { bearer })).body.error).toBe('not_found')
  const fieldsOf = async (method: string, at: string, json?: object) => {
    const { status, body } = await server.send(method, at, { bearer, ...(json && { json }) })
    expect([status, body.error]).toEqual([422, 'invalid_request'])
    return Object.keys(body.fields)
  }
  expect(await fieldsOf('GET', '/admin/users?limit=0')).toEqual(['limit'])
  expect(await fieldsOf('GET', '/admin/users?limit=201&email=%00')).toEqual(['email', 'limit'])
  expect(await fieldsOf('PUT', path('/roles'), { roles: 'admin' })).toEqual(['roles'])
  expect(await fieldsOf('PUT', path('/roles'), { roles: ['a b'] })).toEqual(['roles'])
  expect(await fieldsOf('PUT', path('/roles'), { roles: Array(33).fill('a') })).toEqual(['roles'])
  expect(await fieldsOf('POST', '/admin/users', {})).toEqual(['email', 'name', 'newPassword'])
  const common = { email: 'eve@example.com', name: 'Eve', newPassword: 'password123' }
  expect(await fieldsOf('POST', '/admin/users', common)).toEqual(['newPassword'])
})

describe('with a table of users elsewhere', () => {
  it('there are no administrators here, and nobody is deleted; what is known is handed out', async () => {
    const { users, credentials, change } = await tableOfUsers()
    const kept = [{ event: 'signed-in', at: 'noon' }]
    const { auth, store } = await aRouter({ users, eventsOf: async (id) => (id === '7' ? kept : []) })
    change('7', { roles: ['admin'] })
    const app = await serve(express().use(auth, (_req, res) => void res.status(404).json({ its: 'own 404' })))
    const { accessToken: bearer } = (await app.post('/login', { json: credentials })).body
    expect((await app.get('/admin/users', { bearer })).body).toEqual({ its: 'own 404' })
    expect((await app.delete('/me', { bearer })).body).toEqual({ its: 'own 404' })
    const { body } = await app.post('/me/export', { bearer })
    expect(body.user).toEqual({
      id: '7',
      email: 'Ada@example.com',
      name: 'Ada',
      roles: ['admin'],
      disabledAt: null,
    })
    expect(body.events).toEqual(kept)
    await auth.endAccessOf('7')
    expect((await store.ended.since(undefined, 60_000)).entries).toEqual([
      { userId: '7', endedAt: expect.any(Number) },
    ])
  })
})
