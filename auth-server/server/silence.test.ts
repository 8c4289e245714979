import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { expect, it, vi } from 'vitest'
import { startChild } from '../testing/child.ts'
import { accessSecret, refreshSecret, startServer, temporaryDirectory } from '../testing/harness.ts'

vi.setConfig({ testTimeout: 60_000 })

const CANARY = 'canary-7f3a'

/** A raw request, so that every part of it can hold what a careful client would never send; all of the answer. */
async function everythingSaid(url: string, options: object, body = ''): Promise<string> {
  return await new Promise((resolve, reject) => {
    const sent = request(url, options, async (answer) => {
      resolve(JSON.stringify([answer.statusMessage, answer.rawHeaders]) + (await text(answer)))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

const bodies: [type: string, body: string][] = [
  ['application/json', `{"${CANARY}":1,"email":"${CANARY}","password":"${CANARY}"}`],
  ['application/json', `{"email":"${CANARY}`],
  ['application/json', CANARY],
  ['application/json', `{"email":"${CANARY}@example.com","password":"${CANARY}"}`],
  ['application/json', `{"current":"${CANARY}","next":"${CANARY}"}`],
  ['application/x-www-form-urlencoded', `email=${CANARY}&password=${CANARY}&${CANARY}=1`],
  [`application/json; charset=${CANARY}`, '{}'],
  [`text/${CANARY}`, CANARY],
]

it('ASVS 16.5.1: no error answer repeats anything of the request', async () => {
  const server = await startServer()
  const { accessToken } = await server.newcomer()
  const calls = [
    ['POST', '/login'],
    ['POST', '/register'],
    ['POST', '/refreshtoken'],
    ['POST', '/password'],
    ['POST', '/logout-all'],
    ['DELETE', `/sessions/${CANARY}`],
    ['GET', `/${CANARY}?${CANARY}=1`],
    ['GET', `/me?${CANARY}`],
    ['GET', `/%E0%A4%A${CANARY}`],
    ['PATCH', '/login'],
  ] as const
  for (const [method, path] of calls)
    for (const [type, body] of bodies)
      for (const authorization of [`Bearer ${CANARY}.${CANARY}.x`, `Bearer ${accessToken}`]) {
        // Only failures: a right bearer would be answered here.
        if (/^\/(logout-all|me)/.test(path) && authorization.endsWith(accessToken)) continue
        const headers = {
          'content-type': type,
          'content-length': Buffer.byteLength(body),
          cookie: `refreshToken=${CANARY}; ${CANARY}=1`,
          authorization,
          [`x-${CANARY}`]: CANARY,
          'x-forwarded-for': CANARY,
          'user-agent': CANARY,
        }
        const said = await everythingSaid(server.url + path, { method, headers }, body)
        expect(said.toLowerCase(), `${method} ${path} ${type}`).not.toContain(CANARY)
        expect(said).toContain('"error"')
      }
})

it('ASVS 16.2.5: no line of a whole life of two sessions holds a token, a password or a cookie, at any level', async () => {
  const environment = { LOG_LEVEL: 'trace', REFRESH_GRACE: '0', REAUTHENTICATE_AFTER: '0' }
  const child = await startChild({ cwd: temporaryDirectory(), environment })
  const [password, next] = ['a secret sentence of ada', 'another secret sentence']
  const email = 'ada@example.com'
  const typed = [password, next, 'a wrong secret guess', 'typed-in-the-wrong-field']
  const tokens: string[] = []
  const keep = ({ body }: { body?: { accessToken?: string; refreshToken?: string } }) => {
    tokens.push(...[body?.accessToken, body?.refreshToken].filter((token) => token !== undefined))
    return { accessToken: '', refreshToken: '', ...body }
  }

  const first = keep(await child.newcomer(email, password).then((body) => ({ body })))
  const cookie = `theme=${CANARY}; refreshToken=${first.refreshToken}`
  const second = keep(await child.post('/login', { json: { email, password } }))
  await child.post('/login', { json: { email, password: typed[2] } })
  await child.post('/login', { form: { email: `${typed[3]}@example.com`, password: typed[2] ?? '' } })
  await child.post('/login', {
    raw: `{"password":"${password}"`,
    headers: { 'content-type': 'application/json' },
  })
  await child.post('/register', { json: { email, password: next, name: 'Ada' } })
  const renewed = keep(await child.post('/refreshtoken', { cookie }))
  await child.post('/refreshtoken', { cookie: `${cookie}; refreshToken=x` })
  await child.refresh(`${renewed.refreshToken.slice(0, -1)}_`)
  const bearer = renewed.accessToken
  await child.get('/me', { bearer: `${bearer}x` })
  await child.get(`/${bearer}?token=${bearer}`)
  const path = `/sessions/${second.refreshToken.split('.')[1]}`
  await child.delete(path, { bearer, json: { password: typed[2] } })
  await child.delete(path, { bearer, json: { password } })
  const changed = keep(await child.post('/password', { bearer, json: { current: password, next } }))
  expect((await child.post('/refreshtoken', { cookie })).body.error).toBe('session_revoked')
  const newest = keep(await child.refresh(changed.refreshToken))
  // The reuse, which ends the session.
  expect((await child.refresh(changed.refreshToken)).body.error).toBe('refresh_token_reused')
  await child.post('/logout', { refreshToken: newest.refreshToken })
  child.process.kill('SIGTERM')
  await child.exited

  const printed = child.output() + child.errors()
  for (const event of [
    'signed-in',
    'rotated',
    'refresh-refused',
    'claimedSid',
    'password-refused',
    'password-changed',
    'sessions-ended',
    'reuse-detected',
  ])
    expect(printed).toContain(event)
  // Without the last characters, as a token that was tampered with is sent.
  const parts = tokens.flatMap((token) => [token.slice(0, -2), token.split('.').at(-1) ?? ''])
  for (const secret of [...parts, ...typed, CANARY, '$argon2', accessSecret, refreshSecret, 'Bearer'])
    expect(printed).not.toContain(secret)
})

it('ASVS 16.4.1: what a client says of itself cannot forge a line or a member of the log', async () => {
  const server = await startServer()
  const forged = '","event":"signed-out","x":"\\n{"audit":true}'
  const json = { email: 'ada@example.com', password: 'wrong' }
  await server.post('/login', { json, headers: { 'user-agent': forged } })
  expect(server.events()).toMatchObject([{ event: 'password-refused', userAgent: forged }])
})
