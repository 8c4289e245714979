import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startServer, temporaryDirectory } from '../../testing/harness.ts'
import { startMailing } from '../../testing/mails.ts'
import { digestOf } from '../../tokens/one-time.ts'

const MINUTE = 60_000
const next = 'a new horse entirely'

/** A server with a person who has asked for a link. */
async function withLink(options: Parameters<typeof startMailing>[0] = {}) {
  const server = await startMailing(options)
  const ada = await server.newcomer()
  await server.mailed()
  server.forget()
  const forgot = (email = ada.email, json: object = {}) =>
    server.post('/password/forgot', { json: { email, ...json } })
  expect(await forgot()).toMatchObject({ status: 202, body: {} })
  const token = await server.tokenTo(ada.email)
  const reset = (given = token, password = next, bearer?: string) =>
    server.post('/password/reset', { json: { token: given, password }, ...(bearer && { bearer }) })
  const signIn = (password: string) => server.post('/login', { json: { email: ada.email, password } })
  return { ...server, ada, token, forgot, reset, signIn }
}

const refused = { status: 400, body: { error: 'invalid_link', error_description: expect.any(String) } }

it.each([
  '/password/forgot',
  '/password/reset',
  '/email/verify/send',
  '/email/verify',
  '/email/change',
  '/email/change/confirm',
])('without mail there is no %s', async (path) => {
  const server = await startServer()
  const { accessToken } = await server.newcomer()
  expect(await server.post(path, { json: {}, bearer: accessToken })).toMatchObject({
    status: 404,
    body: { error: 'not_found' },
  })
})

describe('a forgotten password', () => {
  it('ASVS 6.4.3, 7.4.3: is set anew with the link of a mail, and every session ends', async () => {
    const server = await withLink({
      environment: { FEED_SECRET: 'a-secret-of-the-feed-of-the-tests-0123456789' },
    })
    expect(server.token).toMatch(/^[\w-]{43}$/)
    const mail = await server.mailTo(server.ada.email)
    const link = `https://app.example/reset?token=${server.token}`
    expect(mail).toMatchObject({ to: 'ada@example.com', subject: 'A new password for Example' })
    expect(mail?.text).toContain(`\n${link}\n`)
    expect(mail?.text).toContain('30 minutes')
    expect(mail?.html).toContain(`<a href="${link}">`)
    const there = (await server.signIn('correct horse')).body

    server.forget()
    expect(await server.reset()).toMatchObject({ status: 204, setCookies: [] })
    expect((await server.signIn('correct horse')).status).toBe(401)
    expect((await server.signIn(next)).status).toBe(200)
    for (const { refreshToken, accessToken } of [server.ada, there]) {
      expect((await server.refresh(refreshToken)).body.error).toBe('session_revoked')
      expect((await server.get('/me', { bearer: accessToken })).status).toBe(401)
    }
    const userId = server.ada.userData.id
    expect(server.events()).toContainEqual(expect.objectContaining({ event: 'password-reset', userId }))
    expect(server.events()).toContainEqual(
      expect.objectContaining({ event: 'sessions-ended', reason: 'password-reset', count: 2, userId }),
    )
    const feed = await server.get('/ended', { bearer: 'a-secret-of-the-feed-of-the-tests-0123456789' })
    expect(feed.body.entries.map(({ reason }: { reason: string }) => reason)).toEqual([
      'password-reset',
      'password-reset',
    ])
    expect(await server.mailTo(server.ada.email)).toMatchObject({
      subject: 'Your password at Example has changed',
    })
    expect((await server.store.users.findById(userId))?.verifiedAt).not.toBeNull()
  })

  it('a link is good once', async () => {
    const server = await withLink()
    expect((await server.reset()).status).toBe(204)
    expect(await server.reset()).toMatchObject(refused)
    expect(await server.reset(server.token, 'another horse again')).toMatchObject(refused)
    expect((await server.signIn(next)).status).toBe(200)
  })

  it('a link is good for half an hour', async () => {
    const server = await withLink()
    await server.forgot()
    const second = await server.tokenTo(server.ada.email)
    server.clock.advance(30 * MINUTE - 1)
    expect((await server.reset()).status).toBe(204)
    server.clock.advance(1)
    expect(await server.reset(second)).toMatchObject(refused)
  })

  it('a link is good for nothing else', async () => {
    const server = await withLink()
    const json = { token: server.token }
    for (const path of ['/email/verify', '/email/change/confirm'])
      expect(await server.post(path, { json })).toMatchObject(refused)
    expect((await server.reset()).status).toBe(204)
  })

  it('a link is of no use to somebody who is signed in as another person, and stays good for its own', async () => {
    const server = await withLink()
    const eve = await server.newcomer('eve@example.com')
    expect(await server.reset(server.token, next, eve.accessToken)).toMatchObject(refused)
    expect((await server.reset(server.token, next, server.ada.accessToken)).status).toBe(204)
  })

  it('a link ends with the password it was asked for under, and with the account', async () => {
    const changed = await withLink()
    const json = { current: 'correct horse', next: 'a horse in between' }
    expect((await changed.post('/password', { bearer: changed.ada.accessToken, json })).status).toBe(200)
    expect(await changed.reset()).toMatchObject(refused)
    const off = await withLink()
    await off.store.users.disable(off.ada.userData.id)
    expect(await off.reset()).toMatchObject(refused)
    off.forget()
    await off.forgot()
    expect(await off.mailTo(off.ada.email)).toBeUndefined()
  })

  it.each(['', 'x', 'x'.repeat(43), 'x'.repeat(200)])('"%.8s…" is no link', async (given) => {
    const server = await withLink()
    const reply = await server.reset(given)
    expect(given === '' ? reply.status : reply.body.error).toBe(given === '' ? 422 : 'invalid_link')
  })

  it('a password that is not good enough costs no link', async () => {
    const server = await withLink()
    for (const password of ['short', 'password1', 'adaada99'])
      expect((await server.reset(server.token, password)).body).toMatchObject({
        error: 'invalid_request',
        fields: { password: expect.any(String) },
      })
    expect((await server.reset()).status).toBe(204)
  })

  it('what is kept of a link is a digest, and no log has it', async () => {
    const file = join(temporaryDirectory(), 'auth.db')
    const server = await withLink({ file })
    expect(await server.store.links.find(digestOf(server.token), 'reset-password')).toBeDefined()
    for (const path of [file, `${file}-wal`]) expect(readFileSync(path).includes(server.token)).toBe(false)
    await server.reset()
    await server.reset()
    expect(server.log()).toContain('mail-sent')
    expect(server.log()).not.toContain(server.token)
    expect(server.log()).not.toContain(digestOf(server.token))
  })

  it('mails come in the language that the app or the browser names', async () => {
    const server = await withLink()
    server.forget()
    await server.forgot(server.ada.email, { locale: 'de-CH' })
    expect(await server.mailTo(server.ada.email)).toMatchObject({ subject: 'Ein neues Passwort für Example' })
    await server.post('/password/forgot', {
      json: { email: server.ada.email },
      headers: { 'accept-language': 'fr, de;q=0.8, en;q=0.9' },
    })
    expect((await server.mailTo(server.ada.email))?.subject).toBe('A new password for Example')
  })
})

describe('ASVS 6.3.8: who has an account is not told', () => {
  it('by 200 requests for a link: same answer, same work, and one mail to those who exist', async () => {
    const off = { MAIL_LIMIT: 'off', MAIL_LIMIT_ADDRESS: 'off' }
    const server = await startMailing({ environment: off })
    await server.newcomer()
    const { userData } = await server.newcomer('off@example.com')
    await server.store.users.disable(userData.id)
    await server.mailed()
    server.forget()
    const calls: string[] = []
    for (const part of ['users', 'links', 'counters', 'sessions'] as const) {
      const methods = server.store[part] as unknown as Record<string, (...args: unknown[]) => unknown>
      for (const [name, method] of Object.entries(methods))
        methods[name] = (...args) => {
          calls.push(`${part}.${name}`)
          return method(...args)
        }
    }
    const seen = new Set<string>()
    for (let i = 0; i < 200; i++) {
      const email = ['ada@example.com', 'off@example.com', `${i}@example.com`][i % 3] ?? ''
      calls.length = 0
      const { status, body, headers } = await server.post('/password/forgot', { json: { email } })
      await server.mailed()
      const names = [...headers.keys()].filter((name) => name !== 'date').sort()
      seen.add(JSON.stringify([status, body, names, headers.get('content-length'), calls]))
    }
    expect([...seen]).toHaveLength(1)
    expect([...seen][0]).toContain('["users.findByEmail","links.add"]')
    expect(server.mails).toHaveLength(67)
  })

  it('nor by the time of the answer: it goes out before anything is looked up', async () => {
    let release = () => {}
    const found = new Promise<void>((resolve) => {
      release = resolve
    })
    const server = await startMailing()
    await server.newcomer()
    await server.mailed()
    server.forget()
    const { findByEmail } = server.store.users
    server.store.users.findByEmail = async (email) => {
      await found
      return await findByEmail(email)
    }
    const reply = await server.post('/password/forgot', { json: { email: 'ada@example.com' } })
    expect(reply.status).toBe(202)
    expect(server.mails).toEqual([])
    release()
    expect(await server.mailTo('ada@example.com')).toBeDefined()
  })
})

describe('limits', () => {
  it('five links an hour to one address, and nothing is said of it', async () => {
    const server = await withLink()
    for (let i = 0; i < 8; i++) expect((await server.forgot()).status).toBe(202)
    await server.mailed()
    expect(server.mails.length).toBeLessThanOrEqual(5)
    expect((await server.reset(await server.tokenTo(server.ada.email))).status).toBe(204)
    server.forget()
    server.clock.advance(60 * MINUTE)
    await server.forgot()
    expect(await server.tokenTo(server.ada.email)).not.toBe('')
  })

  it('so many from one address of the network, then 429', async () => {
    const server = await startMailing({ environment: { MAIL_LIMIT_ADDRESS: '3/60' } })
    const ask = (i: number, from = '198.51.100.7') =>
      server.post('/password/forgot', {
        json: { email: `${i}@example.com` },
        headers: { 'x-forwarded-for': from },
      })
    for (let i = 0; i < 3; i++) expect((await ask(i)).status).toBe(202)
    const { status, body, headers } = await ask(4)
    expect([status, body.error, headers.get('retry-after')]).toEqual([429, 'too_many_requests', '60'])
    expect((await ask(5, '198.51.100.8')).status).toBe(202)
    expect(server.events().at(-1)).toMatchObject({ event: 'tries-limited', at: 'mail' })
  })

  it('so many links that are not good from one address of the network', async () => {
    const server = await withLink({ environment: { SIGN_IN_LIMIT_ADDRESS: '3/60' } })
    for (let i = 0; i < 3; i++) expect((await server.reset(`x${i}`)).status).toBe(400)
    expect((await server.reset()).status).toBe(429)
    expect(server.events().at(-1)).toMatchObject({ event: 'tries-limited', at: 'mail-link' })
  })
})

it('a mail server that is away delays no answer and loses no request that can be made again', async () => {
  const server = await startMailing({ sendMail: () => Promise.reject(new Error('connect ECONNREFUSED')) })
  await server.newcomer()
  expect((await server.post('/password/forgot', { json: { email: 'ada@example.com' } })).status).toBe(202)
  await server.mailed()
  expect(server.linesWith('a mail was given up').length).toBeGreaterThan(0)
})
