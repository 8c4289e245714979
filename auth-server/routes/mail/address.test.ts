import { describe, expect, it } from 'vitest'
import { startMailing } from '../../testing/mails.ts'

const refused = { status: 400, body: { error: 'invalid_link' } }
const HOUR = 3_600_000

async function withAda(options: Parameters<typeof startMailing>[0] = {}) {
  const server = await startMailing(options)
  const ada = await server.newcomer()
  const me = async (bearer = ada.accessToken) => (await server.get('/me', { bearer })).body
  const userNow = () => server.store.users.findById(ada.userData.id)
  return { ...server, ada, me, userNow, bearer: ada.accessToken }
}

describe('an address', () => {
  const verify = (server: Awaited<ReturnType<typeof withAda>>, token: string, bearer?: string) =>
    server.post('/email/verify', { json: { token }, ...(bearer && { bearer }) })

  it('is asked for with a registration, and verified by the link of that mail, once', async () => {
    const server = await withAda()
    expect(await server.me()).toMatchObject({ email: 'ada@example.com', emailVerified: false })
    const token = await server.tokenTo('ada@example.com')
    const mail = await server.mailTo('ada@example.com')
    expect(mail?.text).toContain(`https://app.example/verify?token=${token}`)
    expect((await verify(server, token)).status).toBe(204)
    expect(await server.me()).toMatchObject({ emailVerified: true })
    expect(server.events()).toContainEqual(expect.objectContaining({ event: 'email-verified' }))
    expect(await verify(server, token)).toMatchObject(refused)
    server.forget()
    expect((await server.post('/email/verify/send', { bearer: server.bearer })).status).toBe(202)
    expect(await server.mailTo('ada@example.com')).toBeUndefined()
  })

  it('can be asked for again; each link is good for a day', async () => {
    const server = await withAda({ environment: { ACCESS_TOKEN_TTL: '200000', REFRESH_TOKEN_TTL: '200000' } })
    await server.mailed()
    server.forget()
    expect(await server.post('/email/verify/send', { bearer: server.bearer })).toMatchObject({
      status: 202,
      body: {},
    })
    const token = await server.tokenTo('ada@example.com')
    server.clock.advance(24 * HOUR)
    expect(await verify(server, token)).toMatchObject(refused)
    expect((await server.post('/email/verify/send', {})).status).toBe(401)
  })

  it('is not verified by a link for something else, or by somebody else', async () => {
    const server = await withAda()
    const token = await server.tokenTo('ada@example.com')
    const eve = await server.newcomer('eve@example.com')
    expect(await verify(server, token, eve.accessToken)).toMatchObject(refused)
    for (const path of ['/password/reset', '/email/change/confirm'])
      expect(await server.post(path, { json: { token, password: 'a new horse entirely' } })).toMatchObject(
        refused,
      )
    expect((await server.userNow())?.verifiedAt).toBeNull()
    expect((await verify(server, token, server.bearer)).status).toBe(204)
    expect(await server.me(eve.accessToken)).toMatchObject({ emailVerified: false })
  })
})

describe('a change of address', () => {
  const change = (server: Awaited<ReturnType<typeof withAda>>, email: string, json: object = {}) =>
    server.post('/email/change', { bearer: server.bearer, json: { email, ...json } })
  const confirm = (server: Awaited<ReturnType<typeof withAda>>, token: string, bearer?: string) =>
    server.post('/email/change/confirm', { json: { token }, ...(bearer && { bearer }) })

  it('ASVS 6.4.5: is confirmed at the new address, and told to the old one; the sessions go on', async () => {
    const server = await withAda()
    expect(await change(server, ' New@Example.com')).toMatchObject({ status: 202, body: {} })
    const token = await server.tokenTo('new@example.com')
    expect((await server.mailTo('new@example.com'))?.text).toContain(
      `https://app.example/confirm-email?token=${token}`,
    )
    expect(await server.me()).toMatchObject({ email: 'ada@example.com' })
    server.forget()
    expect((await confirm(server, token)).status).toBe(204)
    expect(await server.me()).toMatchObject({ email: 'new@example.com', emailVerified: true })
    expect((await server.mailTo('ada@example.com'))?.text).toContain('new@example.com')
    expect(server.mails).toHaveLength(1)
    expect(server.events()).toContainEqual(
      expect.objectContaining({ event: 'email-changed', userId: server.ada.userData.id }),
    )
    expect((await server.refresh(server.ada.refreshToken)).body.userData.email).toBe('new@example.com')
    const signIn = (email: string) => server.post('/login', { json: { email, password: 'correct horse' } })
    expect((await signIn('new@example.com')).status).toBe(200)
    expect((await signIn('ada@example.com')).status).toBe(401)
    expect(await confirm(server, token)).toMatchObject(refused)
  })

  it('asks for the password some time after the sign-in', async () => {
    const server = await withAda({ environment: { REAUTHENTICATE_AFTER: '0' } })
    expect((await change(server, 'new@example.com')).body.error).toBe('insufficient_user_authentication')
    expect((await change(server, 'new@example.com', { password: 'wrong' })).body.error).toBe(
      'invalid_credentials',
    )
    expect((await change(server, 'new@example.com', { password: 'correct horse' })).status).toBe(202)
    expect((await server.post('/email/change', { json: { email: 'new@example.com' } })).status).toBe(401)
  })

  it('is not made by a link that is late, for something else, of somebody else, or from before a new password', async () => {
    const server = await withAda()
    await change(server, 'new@example.com')
    const token = await server.tokenTo('new@example.com')
    const eve = await server.newcomer('eve@example.com')
    expect(await confirm(server, token, eve.accessToken)).toMatchObject(refused)
    for (const path of ['/password/reset', '/email/verify'])
      expect(await server.post(path, { json: { token, password: 'a new horse entirely' } })).toMatchObject(
        refused,
      )
    const json = { current: 'correct horse', next: 'a new horse entirely' }
    const bearer = (await server.post('/password', { bearer: server.bearer, json })).body.accessToken
    expect(await confirm(server, token)).toMatchObject(refused)
    await server.post('/email/change', { bearer, json: { email: 'newer@example.com' } })
    const late = await server.tokenTo('newer@example.com')
    server.clock.advance(HOUR)
    expect(await confirm(server, late)).toMatchObject(refused)
    expect((await server.userNow())?.email).toBe('ada@example.com')
  })

  it('to an address that somebody has, is answered the same, and sends nothing', async () => {
    const server = await withAda()
    await server.newcomer('eve@example.com')
    await server.mailed()
    server.forget()
    expect(await change(server, 'eve@example.com')).toMatchObject({ status: 202, body: {} })
    expect(await server.mailTo('eve@example.com')).toBeUndefined()
    await change(server, 'new@example.com')
    const token = await server.tokenTo('new@example.com')
    await server.newcomer('new@example.com')
    expect(await confirm(server, token)).toMatchObject(refused)
    expect((await server.userNow())?.email).toBe('ada@example.com')
  })

  it('of several that were asked for, the first that is confirmed is made', async () => {
    const server = await withAda()
    for (const email of ['a@example.com', 'b@example.com']) await change(server, email)
    const [a, b] = [await server.tokenTo('a@example.com'), await server.tokenTo('b@example.com')]
    expect((await confirm(server, b)).status).toBe(204)
    expect(await confirm(server, a)).toMatchObject(refused)
    expect((await server.userNow())?.email).toBe('b@example.com')
  })
})
