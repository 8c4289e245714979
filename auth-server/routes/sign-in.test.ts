import { hash } from '@node-rs/argon2'
import { describe, expect, it } from 'vitest'
import { createPasswords } from '../passwords/passwords.ts'
import { startServer } from '../testing/harness.ts'

const ada = { email: 'ada@example.com', password: 'correct horse', name: 'Ada' }
const cookieNames = (setCookies: string[]) => setCookies.map((cookie) => cookie.split('=')[0])

describe('POST /register', () => {
  it('makes a user and signs them in', async () => {
    const server = await startServer()
    const { status, body, setCookies, headers } = await server.post('/register', { json: ada })
    expect(status).toBe(201)
    expect(body).toEqual({
      accessToken: expect.any(String),
      refreshToken: expect.any(String),
      expiresIn: 900,
      userData: { id: expect.any(String), email: 'ada@example.com', name: 'Ada', roles: ['user'] },
    })
    expect(cookieNames(setCookies)).toEqual(['accessToken', 'refreshToken', 'knownDevice'])
    expect(headers.get('cache-control')).toBe('no-store')
    expect((await server.get('/me', { bearer: body.accessToken })).body).toEqual(body.userData)
  })

  it('knows an address in any spelling', async () => {
    const server = await startServer()
    await server.post('/register', { json: ada })
    const again = await server.post('/register', { json: { ...ada, email: ' ADA@Example.com ' } })
    expect(again.status).toBe(409)
    expect(again.body).toEqual({ error: 'email_taken', error_description: expect.any(String) })
    expect(again.setCookies).toEqual([])
  })

  it('makes one user when the same address comes many times at once', async () => {
    const server = await startServer()
    const replies = await Promise.all(
      Array.from({ length: 5 }, () => server.post('/register', { json: ada })),
    )
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409])
  })

  it.each([
    [{}, ['email', 'name', 'password']],
    [{ ...ada, email: 'ada' }, ['email']],
    [{ ...ada, email: `${'a'.repeat(250)}@example.com` }, ['email']],
    [{ ...ada, email: ['ada@example.com'] }, ['email']],
    [{ ...ada, password: '1234567' }, ['password']],
    [{ ...ada, password: '🐎'.repeat(7) }, ['password']],
    [{ ...ada, password: 'x'.repeat(257) }, ['password']],
    [{ ...ada, password: { $ne: '' } }, ['password']],
    [{ ...ada, password: 'Password123' }, ['password']],
    [{ ...ada, password: 'evergate1!' }, ['password']],
    [{ ...ada, email: 'ada.lovelace@example.com', password: 'Lovelace99' }, ['password']],
    [{ ...ada, name: '  ' }, ['name']],
    [{ ...ada, name: 'A\u0000' }, ['name']],
    [[], ['body']],
  ])('ASVS 6.2.1: names the bad fields of %j', async (json, fields) => {
    const server = await startServer()
    const { status, body } = await server.post('/register', { json })
    expect(status).toBe(422)
    expect(body.error).toBe('invalid_request')
    expect(Object.keys(body.fields).sort()).toEqual(fields)
    // Codes, for pages in any language.
    for (const code of Object.values(body.fields)) expect(code).toMatch(/^[a-z_]+$/)
  })

  it.each(['🐎'.repeat(8), 'x'.repeat(256), ' spaces count ', 'pässwörd\u0000\n'])(
    'ASVS 6.2.5, 6.2.8, 6.2.9: takes the password %j as it is typed',
    async (password) => {
      const server = await startServer()
      expect((await server.post('/register', { json: { ...ada, password } })).status).toBe(201)
      expect((await server.post('/login', { json: { email: ada.email, password } })).status).toBe(200)
      const trimmed = password.slice(0, -1)
      expect((await server.post('/login', { json: { email: ada.email, password: trimmed } })).status).toBe(
        401,
      )
    },
  )

  it('ASVS 15.3.3: lets nobody choose their roles', async () => {
    const server = await startServer()
    const { body } = await server.post('/register', { json: { ...ada, roles: ['admin'], id: 'x' } })
    expect(body.userData.roles).toEqual(['user'])
    expect(body.userData.id).not.toBe('x')
  })
})

describe('POST /login', () => {
  it.each(['json', 'form'] as const)('signs in with %s', async (kind) => {
    const server = await startServer()
    await server.newcomer()
    const { status, body, setCookies } = await server.post('/login', {
      [kind]: { email: 'Ada@example.com', password: 'correct horse' },
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({ expiresIn: 900, userData: { email: 'ada@example.com' } })
    expect(setCookies).toEqual([
      `accessToken=${body.accessToken}; Max-Age=900; Path=/; HttpOnly; SameSite=Lax`,
      `refreshToken=${body.refreshToken}; Max-Age=43200; Path=/; HttpOnly; SameSite=Lax`,
      expect.stringMatching(/^knownDevice=d1\.[\w.-]+; Max-Age=31536000; Path=\/; HttpOnly; SameSite=Lax$/),
    ])
  })

  it('makes the cookies secure when the request came over https, by the word of a trusted proxy', async () => {
    const server = await startServer()
    await server.newcomer()
    const json = { email: 'ada@example.com', password: 'correct horse' }
    const headers = { 'x-forwarded-proto': 'https' }
    const { setCookies } = await server.post('/login', { json, headers })
    expect(setCookies).toHaveLength(3)
    for (const cookie of setCookies) expect(cookie).toMatch(/; Secure$/)
    const distrustful = await startServer({ environment: { TRUST_PROXY: 'false' } })
    await distrustful.newcomer()
    for (const cookie of (await distrustful.post('/login', { json, headers })).setCookies)
      expect(cookie).not.toContain('Secure')
  })

  it('ASVS 6.3.8: says the same of a wrong password and of an unknown address', async () => {
    const server = await startServer()
    await server.newcomer()
    const wrong = await server.post('/login', { json: { email: 'ada@example.com', password: 'wrong' } })
    const unknown = await server.post('/login', { json: { email: 'eve@example.com', password: 'wrong' } })
    expect(wrong.status).toBe(401)
    expect(wrong.body).toEqual({ error: 'invalid_credentials', error_description: expect.any(String) })
    expect(unknown).toMatchObject({ status: 401, body: wrong.body })
    expect([...wrong.setCookies, ...unknown.setCookies]).toEqual([])
  })

  it('ASVS 6.3.8: takes as long for an unknown address and a disabled account as for a wrong password', async () => {
    const off = { SIGN_IN_LIMIT: 'off', SIGN_IN_LIMIT_ADDRESS: 'off', SIGN_IN_LIMIT_ACCOUNT: 'off' }
    const server = await startServer({ environment: off, passwords: createPasswords() })
    await server.newcomer()
    const { userData } = await server.newcomer('off@example.com')
    await server.store.users.disable(userData.id)
    const tries: Record<string, { email: string; password: string }> = {
      'wrong password': { email: 'ada@example.com', password: 'wrong' },
      'unknown address': { email: 'nobody@example.com', password: 'wrong' },
      'disabled account': { email: 'off@example.com', password: 'correct horse' },
    }
    const times = new Map<string, number[]>()
    for (let round = 0; round < 12; round++)
      for (const [name, json] of Object.entries(tries)) {
        const started = performance.now()
        const { status, body } = await server.post('/login', { json })
        times.set(name, [...(times.get(name) ?? []), performance.now() - started])
        expect([status, body.error], name).toEqual([401, 'invalid_credentials'])
      }
    // A busy machine only adds time, so the quickest of many tries is what the work itself takes. `server/enumeration.test.ts` looks closer.
    const all = [...times.values()].map((each) => Math.min(...each))
    // Without a hash to compare with it would be a tenth.
    expect(Math.max(...all) / Math.min(...all)).toBeLessThan(5)
  })

  it('ASVS 11.4.2: stores argon2id with OWASP’s parameters, and renews a hash that has others', async () => {
    const server = await startServer({ passwords: createPasswords() })
    const { email, password, userData } = await server.newcomer()
    const stored = async () => (await server.store.users.findById(userData.id))?.passwordHash ?? ''
    const made = await stored()
    expect(made).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    const old = await hash(password, { memoryCost: 8192, timeCost: 1, parallelism: 1 })
    await server.store.users.replacePasswordHash(userData.id, made, old)
    expect((await server.post('/login', { json: { email, password: 'wrong' } })).status).toBe(401)
    expect(await stored()).toBe(old)
    const replies = await Promise.all(
      Array.from({ length: 4 }, () => server.post('/login', { json: { email, password } })),
    )
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect(await stored()).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    for (const { body } of replies) expect((await server.refresh(body.refreshToken)).status).toBe(200)
  }, 30_000)

  it('ASVS 16.3.1: a failed sign-in is recorded without what was typed', async () => {
    const server = await startServer()
    const { userData } = await server.newcomer()
    await server.post('/login', { json: { email: 'ada@example.com', password: 'a wrong guess' } })
    await server.post('/login', { json: { email: 'my-password@example.com', password: 'a wrong guess' } })
    const refused = server.events().filter(({ event }) => event === 'password-refused')
    expect(refused).toMatchObject([{ userId: userData.id, address: '127.0.0.1' }, { address: '127.0.0.1' }])
    expect(refused[1]).not.toHaveProperty('userId')
    expect(server.log()).not.toMatch(/wrong guess|my-password/)
  })

  it.each([{}, { email: 'ada@example.com' }, { email: 'ada@example.com', password: ['x'] }])(
    'names the bad fields of %j',
    async (json) => {
      const { status, body } = await (await startServer()).post('/login', { json })
      expect(status).toBe(422)
      expect(body.fields).toHaveProperty('password')
    },
  )

  it('ASVS 7.2.4: gives a new session each time and ends the one that was presented (fixation)', async () => {
    const server = await startServer()
    const planted = await server.newcomer('eve@example.com')
    await server.newcomer('ada@example.com')
    const { body } = await server.post('/login', {
      json: { email: 'ada@example.com', password: 'correct horse' },
      refreshToken: planted.refreshToken,
    })
    expect((await server.refresh(planted.refreshToken)).body.error).toBe('session_revoked')
    expect((await server.refresh(body.refreshToken)).status).toBe(200)
    expect(body.refreshToken.split('.')[1]).not.toBe(planted.refreshToken.split('.')[1])
  })

  it('leaves the presented session alone when the sign-in fails', async () => {
    const server = await startServer()
    const { refreshToken } = await server.newcomer()
    await server.post('/login', { json: { email: 'ada@example.com', password: 'wrong' }, refreshToken })
    expect((await server.refresh(refreshToken)).status).toBe(200)
  })

  it('is recorded with address and user agent', async () => {
    const server = await startServer()
    await server.newcomer()
    await server.post('/login', {
      form: { email: 'ada@example.com', password: 'correct horse' },
      headers: { 'user-agent': 'a browser', 'x-forwarded-for': '203.0.113.9' },
    })
    expect(server.events().at(-1)).toMatchObject({
      event: 'signed-in',
      by: 'password',
      address: '203.0.113.9',
      userAgent: 'a browser',
    })
  })
})
