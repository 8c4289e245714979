import { expect, it } from 'vitest'
import { manualClock, startServer, temporaryDirectory } from '../testing/harness.ts'

// Support that is asked "why was I signed out?" has the id of a session, and the log.

const HOUR = 3_600_000
const sidOf = (refreshToken: string) => refreshToken.split('.')[1] ?? ''

type Server = Awaited<ReturnType<typeof startServer>>
type Person = Awaited<ReturnType<Server['newcomer']>>
/** The act that ends the session that `person` began with, and the words of the log. */
type Ending = [
  title: string,
  wanted: { reason: string; ended?: string },
  end: (server: Server, person: Person) => Promise<unknown>,
]

/** Another browser of theirs. */
async function elsewhere(server: Server, { email, password }: Person) {
  const { body } = await server.post('/login', { json: { email, password } })
  return body as Person
}

const endings: Ending[] = [
  ['was away too long', { reason: 'idle-limit' }, async ({ clock }) => clock.advance(2 * HOUR)],
  [
    'was there longer than a session may be',
    { reason: 'absolute-limit' },
    async (server, person) => {
      let { refreshToken } = person
      for (let i = 0; i < 6; i++) {
        server.clock.advance(HOUR / 2)
        const { body } = await server.refresh(refreshToken)
        refreshToken = body.refreshToken ?? refreshToken
      }
    },
  ],
  [
    'signed out in another tab',
    { reason: 'revoked', ended: 'signed-out' },
    (server, { refreshToken }) => server.post('/logout', { refreshToken }),
  ],
  [
    'ended this session from another browser',
    { reason: 'revoked', ended: 'ended-by-user' },
    async (server, person) => {
      const { accessToken } = await elsewhere(server, person)
      await server.delete(`/sessions/${sidOf(person.refreshToken)}`, { bearer: accessToken })
    },
  ],
  [
    'signed out everywhere',
    { reason: 'revoked', ended: 'signed-out' },
    async (server, person) =>
      server.post('/logout-all', { bearer: (await elsewhere(server, person)).accessToken }),
  ],
  [
    'changed the password in another browser',
    { reason: 'revoked', ended: 'password-changed' },
    async (server, person) => {
      const json = { current: person.password, next: 'another secret sentence' }
      await server.post('/password', { bearer: (await elsewhere(server, person)).accessToken, json })
    },
  ],
  [
    'was disabled by the operator',
    { reason: 'revoked', ended: 'user-disabled' },
    (server, { userData }) => server.store.users.disable(userData.id),
  ],
  [
    'signed in once more than MAX_SESSIONS_PER_USER',
    { reason: 'revoked', ended: 'session-limit' },
    async (server, person) => {
      for (let i = 0; i < 3; i++) {
        server.clock.advance(1000)
        await elsewhere(server, person)
      }
    },
  ],
  [
    'signed in again in the same browser, while a tab was still on its way',
    { reason: 'revoked', ended: 'replaced' },
    async (server, { email, password, refreshToken }) =>
      server.post('/login', { json: { email, password }, refreshToken }),
  ],
  [
    'had their token used by somebody else, who came second',
    { reason: 'revoked', ended: 'reuse' },
    async (server, { refreshToken }) => {
      const { body } = await server.refresh(refreshToken)
      await server.refresh(body.refreshToken)
      await server.refresh(refreshToken)
    },
  ],
  [
    'had their token used by somebody else, who came first',
    { reason: 'reused' },
    async (server, { refreshToken }) => {
      const { body } = await server.refresh(refreshToken)
      await server.refresh(body.refreshToken)
    },
  ],
]

it.each(endings)('a person who %s finds %o in the log by the id of the session', async (_, wanted, end) => {
  const environment = {
    REFRESH_TOKEN_TTL: '3600',
    SESSION_MAX_AGE: '7200',
    MAX_SESSIONS_PER_USER: '3',
    REFRESH_GRACE: '0',
  }
  const server = await startServer({ environment })
  const person = await server.newcomer()
  await end(server, person)
  expect((await server.refresh(person.refreshToken)).status).toBe(403)
  const sid = sidOf(person.refreshToken)
  expect(server.linesWith(sid).at(-1)).toMatchObject({
    level: 30,
    audit: true,
    event: 'refresh-refused',
    sid,
    userId: person.userData.id,
    ...wanted,
  })
  // The value that finds it cannot be presented.
  expect(server.log()).not.toContain(person.refreshToken.split('.').at(-1))
})

it('a session that the store no longer has is found by its id as well', async () => {
  const gone = await startServer()
  const { refreshToken } = await gone.newcomer()
  const server = await startServer()
  expect((await server.refresh(refreshToken)).body.error).toBe('invalid_refresh_token')
  const sid = sidOf(refreshToken)
  expect(server.linesWith(sid)).toMatchObject([
    { level: 30, event: 'refresh-refused', reason: 'unknown', sid },
  ])
})

it('so is one whose secret was replaced, with the id as the claim that it is', async () => {
  const file = `${temporaryDirectory()}/auth.db`
  const clock = manualClock()
  const before = await startServer({ file, clock })
  const { refreshToken } = await before.newcomer()
  const environment = { ETLS_REFRESH: 'a new secret without the old one behind it' }
  const server = await startServer({ file, clock, environment })
  expect((await server.refresh(refreshToken)).body.error).toBe('invalid_refresh_token')
  const [line, ...others] = server.linesWith(sidOf(refreshToken))
  expect(others).toEqual([])
  expect(line).toMatchObject({ level: 30, reason: 'not-ours', claimedSid: sidOf(refreshToken) })
  expect(line).not.toHaveProperty('sid')
})

it('two tokens that differ are told apart from one that is wrong', async () => {
  const server = await startServer()
  const { refreshToken } = await server.newcomer()
  await server.post('/refreshtoken', { cookie: `refreshToken=${refreshToken}; refreshToken=x` })
  expect(server.events().at(-1)).toMatchObject({ event: 'refresh-refused', reason: 'ambiguous' })
})

it('renewals can be followed by the id of the session at the level debug', async () => {
  const server = await startServer()
  const { refreshToken } = await server.newcomer()
  await server.refresh(refreshToken)
  await server.refresh(refreshToken)
  expect(server.linesWith(sidOf(refreshToken))).toMatchObject([
    { level: 30, event: 'signed-in' },
    { level: 20, event: 'rotated', generation: 1 },
    { level: 20, event: 'replayed', generation: 1 },
  ])
})
