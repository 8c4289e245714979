import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { aged, asApi, asDocument, cookieHeader, setCookies, type Tokens } from '../support/client.ts'
import { follow, linesOf, loudIn } from '../support/log-lines.ts'
import { type Person, peopleOf } from '../support/people.ts'
import { exitOf, launch, type Running, runAuthServer, startAuthServer } from '../support/processes.ts'
import { secretsIn } from '../support/secrecy.ts'
import { stackForFile } from '../support/stack-for-file.ts'

// At this level nothing is kept back: what is looked for below must be among what the default level says.
const stack = await stackForFile({ LOG_LEVEL: 'trace', MAX_SESSIONS_PER_USER: '2' })

const people = peopleOf(stack)
const { newcomer, elsewhere, ask, comeBack } = people

const others: Running[] = []
const byHand: string[] = []
afterAll(async () => Promise.all(others.map((other) => other.stop())))

const everyLog = () => [stack.app, stack.auth, ...others].map(({ output }) => output()).concat(byHand)
const story = (sid: string) => follow(loudIn(linesOf(...everyLog())), sid)

/** Another auth server, on the same store unless told otherwise. */
async function another(env: Readonly<Record<string, string>>): Promise<Running> {
  const start = env.STORE_URL === undefined ? runAuthServer : startAuthServer
  const server = await start({ ...stack.env, ...env })
  others.push(server)
  return server
}

/** Waits until the auth server knows of its end; a bearer's session is looked up each time. */
const untilOver = ({ accessToken }: Tokens) =>
  expect
    .poll(
      async () => {
        const headers = { authorization: `Bearer ${accessToken}` }
        return (await fetch(`${stack.auth.url}/me`, { headers })).status
      },
      { timeout: 10_000 },
    )
    .toBe(401)

type Reason = {
  readonly title: string
  /** Begins a session, and ends it. */
  readonly lose: () => Promise<Person>
  /** The sentence on the sign-in page. Null: there is none. */
  readonly told: string | null
  /** Why, by the gateway's line. */
  readonly gateway: string
  /** Why, by the auth server's. */
  readonly authServer: Readonly<Record<string, unknown>>
  /** `both`: the access token, long ended, too. Default: the refresh token alone. */
  readonly presents?: 'both'
}

const revoked = (title: string, ended: string, lose: Reason['lose']): Reason => ({
  title,
  lose,
  told: 'ended-elsewhere',
  gateway: 'session_revoked',
  authServer: { reason: 'revoked', ended },
})

const reasons: Reason[] = [
  {
    title: 'not used for as long as the idle limit',
    lose: async () => {
      const person = await newcomer(await another({ REFRESH_TOKEN_TTL: '1' }))
      await untilOver(person)
      return person
    },
    told: 'expired',
    gateway: 'refresh_token_expired',
    authServer: { reason: 'idle-limit' },
  },
  {
    title: 'older than the absolute limit',
    lose: async () => {
      const person = await newcomer(await another({ SESSION_MAX_AGE: '1' }))
      await untilOver(person)
      return person
    },
    told: 'expired',
    gateway: 'refresh_token_expired',
    authServer: { reason: 'absolute-limit' },
  },
  revoked('ended on the sessions page of another device', 'ended-by-user', async () => {
    const person = await newcomer()
    await ask(await elsewhere(person), 'DELETE', `/sessions/${person.sid}`)
    return person
  }),
  revoked('signed out everywhere', 'signed-out', async () => {
    const person = await newcomer()
    await ask(await elsewhere(person), 'POST', '/logout-all')
    return person
  }),
  revoked('the password was changed on another device', 'password-changed', async () => {
    const person = await newcomer()
    const next = `${person.password}, and another word`
    await ask(await elsewhere(person), 'POST', '/password', { current: person.password, next })
    return person
  }),
  revoked('an operator has disabled the account', 'user-disabled', async () => {
    const person = await newcomer()
    const { child, output } = launch(['auth-server/users.ts', 'disable', person.email], stack.env)
    expect(await exitOf(child)).toBe(0)
    byHand.push(output())
    return person
  }),
  revoked('more sessions than a user may have', 'session-limit', async () => {
    const person = await newcomer()
    for (const _device of [2, 3]) await elsewhere(person)
    return person
  }),
  revoked('another sign-in of the same browser', 'replaced', async () => {
    const person = await newcomer()
    await fetch(`${stack.auth.url}/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: cookieHeader(person) },
      body: JSON.stringify(person),
    })
    return person
  }),
  revoked(
    'signed out by the person, and asked for by a tab that knew nothing of it',
    'signed-out',
    async () => {
      const person = await newcomer()
      const headers = { ...asApi, cookie: cookieHeader(person) }
      await fetch(`${stack.app.url}/api/logout`, { method: 'POST', headers })
      return person
    },
  ),
  {
    title: 'a refresh token was used twice',
    lose: async () => {
      const person = await newcomer()
      await people.refresh(await people.refresh(person))
      return person
    },
    told: 'reuse',
    gateway: 'refresh_token_reused',
    authServer: { reason: 'reused' },
  },
  {
    title: 'a session that the store does not know',
    lose: async () => {
      const file = join(tmpdir(), `evergate-${randomBytes(6).toString('hex')}.db`)
      afterAll(async () => {
        for (const ending of ['', '-wal', '-shm']) await rm(file + ending, { force: true })
      })
      return newcomer(await another({ STORE_URL: `sqlite:${file}` }))
    },
    told: null,
    gateway: 'invalid_refresh_token',
    authServer: { reason: 'unknown' },
    // Over http, alone it would be another app's.
    presents: 'both',
  },
]

const traceOf = (line: object | undefined) => (line as { traceId?: unknown } | undefined)?.traceId

describe('why somebody was signed out is found by the id of their session alone', () => {
  test.each(reasons)('$title', async ({ lose, told, gateway, authServer, presents }) => {
    const person = await lose()
    const { refreshToken, sid } = person
    const held = presents === 'both' ? await aged(stack, person) : { refreshToken }
    const location = await comeBack(cookieHeader(held))
    expect([location.pathname, location.searchParams.get('reason')]).toEqual(['/login', told])

    // The gateway cannot know whose a refresh token is that comes alone: the trace leads from the auth server's line to its own.
    await expect
      .poll(() => story(sid))
      .toEqual(
        expect.arrayContaining([
          expect.objectContaining({ part: 'gateway', type: 'session.ended', reason: gateway }),
          expect.objectContaining({ service: 'auth-server', event: 'refresh-refused', sid, ...authServer }),
        ]),
      )
    const lines = story(sid)
    const refused = lines.find(({ event }) => event === 'refresh-refused')
    expect(traceOf(lines.find(({ type }) => type === 'session.ended'))).toBe(traceOf(refused))
  })
})

test('a browser that still presents its old access token names its session to the gateway, too', async () => {
  const person = await newcomer()
  await ask(await elsewhere(person), 'DELETE', `/sessions/${person.sid}`)
  await comeBack(cookieHeader(await aged(stack, person)))
  await expect
    .poll(() => story(person.sid))
    .toContainEqual(
      expect.objectContaining({ type: 'session.ended', sid: person.sid, reason: 'session_revoked' }),
    )
})

test('a late answer brings the cookies of a session back that the person has signed out of', async () => {
  const person = await newcomer()
  const headers = { ...asApi, cookie: cookieHeader(person) }
  const signedOut = await fetch(`${stack.app.url}/api/logout`, { method: 'POST', headers })
  const mark = setCookies(signedOut).get('signedOut')?.value
  const location = await comeBack(cookieHeader(person, `signedOut=${mark}`))
  expect(location.searchParams.get('reason')).toBe('signed-out')
  await expect
    .poll(() => story(person.sid))
    .toEqual(
      expect.arrayContaining([
        expect.objectContaining({ event: 'signed-out', sid: person.sid }),
        expect.objectContaining({ type: 'session.ended', sid: person.sid, reason: 'signed_out' }),
      ]),
    )
})

test('the secret of refresh tokens was replaced: who presented one is still found, as a claim', async () => {
  const person = await newcomer(await another({ ETLS_REFRESH: randomBytes(32).toString('base64url') }))
  await comeBack(cookieHeader(await aged(stack, person)))
  await expect
    .poll(() => story(person.sid))
    .toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'session.ended', reason: 'invalid_refresh_token' }),
        expect.objectContaining({
          ...{ event: 'refresh-refused', reason: 'not-ours', claimedSid: person.sid },
        }),
      ]),
    )
})

test('a role that is missing signs nobody out', async () => {
  const person = await newcomer()
  const response = await fetch(`${stack.app.url}/admin`, {
    headers: { ...asDocument, cookie: cookieHeader(person) },
    redirect: 'manual',
  })
  expect(response.status).toBe(403)
  expect(story(person.sid).filter(({ type }) => type === 'session.ended')).toEqual([])
})

test('ASVS 16.2.5: all of this without a token, a cookie or a password in any line, at any level', () => {
  const log = everyLog().join('\n')
  expect(people.all.length).toBeGreaterThan(reasons.length)
  const secrets = people.all.flatMap(({ accessToken, refreshToken, password }) => [
    ...[accessToken, refreshToken, password],
    // The part that nobody can make up: a signature, or a MAC.
    ...[accessToken, refreshToken].map((token) => token.split('.').at(-1) ?? ''),
  ])
  expect(secrets.filter((secret) => secret.length < 20)).toEqual([])
  expect(secretsIn(log, Object.fromEntries(secrets.entries()))).toEqual([])
})
