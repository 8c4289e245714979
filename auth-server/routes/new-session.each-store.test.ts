import { describe, expect, it, vi } from 'vitest'
import { manualClock, startServer } from '../testing/harness.ts'
import { eachStoreKind, openTestStore, type StoreKind } from '../testing/stores.ts'

vi.setConfig({ testTimeout: 60_000 })

const next = 'another secret sentence'

async function servers(kind: StoreKind) {
  const url = await kind.place()
  const clock = manualClock()
  const start = async () => startServer({ store: await openTestStore(url, clock), clock })
  const [server, other] = [await start(), await start()]
  const person = await server.newcomer()
  const change = (bearer = person.accessToken) =>
    server.post('/password', { bearer, json: { current: person.password, next } })
  return { server, other, clock, person, change }
}

const sidOf = (refreshToken: string) => refreshToken.split('.')[1]

describe.each(eachStoreKind)('on %s', (_title, kind) => {
  const attack = (title: string, run: () => Promise<void>) => it.skipIf(kind.missing)(title, run)

  attack('ASVS 7.2.4: a copy of the tokens is worth nothing after a change of the password', async () => {
    const { server, other, person, change } = await servers(kind)
    // The thief has the parent, the child that is about to come, and an access token.
    const child = (await server.refresh(person.refreshToken)).body
    const changed = await change(child.accessToken)
    expect(changed.status).toBe(200)
    expect(changed.body).toEqual({
      accessToken: expect.any(String),
      refreshToken: expect.any(String),
      expiresIn: 900,
      userData: person.userData,
    })
    expect(sidOf(changed.body.refreshToken)).not.toBe(sidOf(person.refreshToken))
    for (const name of ['accessToken', 'refreshToken'])
      expect(changed.setCookies).toContainEqual(
        expect.stringMatching(`^${name}=${changed.body[name].replaceAll('.', '\\.')}; Max-Age=`),
      )
    for (const at of [server, other]) {
      for (const token of [person.refreshToken, child.refreshToken])
        expect((await at.refresh(token)).body.error).toBe('session_revoked')
      for (const bearer of [person.accessToken, child.accessToken])
        expect((await at.get('/me', { bearer })).status).toBe(401)
      expect((await at.get('/me', { bearer: changed.body.accessToken })).status).toBe(200)
    }
    expect((await other.refresh(changed.body.refreshToken)).status).toBe(200)
    const { sessions } = (await other.get('/sessions', { bearer: changed.body.accessToken })).body
    expect(sessions).toEqual([
      expect.objectContaining({ sid: sidOf(changed.body.refreshToken), current: true }),
    ])
  })

  attack('ASVS 7.2.4: no renewal that is under way meanwhile brings the old session back', async () => {
    const { server, other, person, change } = await servers(kind)
    const [changed, ...renewals] = await Promise.all([
      change(),
      ...Array.from({ length: 6 }, (_, i) => (i % 2 ? server : other).refresh(person.refreshToken)),
    ])
    expect(changed?.status).toBe(200)
    for (const { status, body } of renewals) {
      if (status !== 200) expect(body.error).toBe('session_revoked')
      else expect((await other.refresh(body.refreshToken)).body.error).toBe('session_revoked')
    }
    expect((await server.refresh(changed?.body.refreshToken)).status).toBe(200)
  })

  attack(
    'ASVS 7.2.4: a sign-in ends the session that the browser presents, whatever its token’s age',
    async () => {
      const { server, other, person } = await servers(kind)
      const { email, password } = person
      const child = (await server.refresh(person.refreshToken)).body
      const signedIn = await other.post('/login', {
        json: { email, password },
        refreshToken: person.refreshToken,
      })
      expect(signedIn.status).toBe(200)
      expect(sidOf(signedIn.body.refreshToken)).not.toBe(sidOf(person.refreshToken))
      expect((await server.refresh(child.refreshToken)).body.error).toBe('session_revoked')
      expect((await server.get('/me', { bearer: child.accessToken })).status).toBe(401)
    },
  )

  attack('a change that is refused ends nothing', async () => {
    const { server, person } = await servers(kind)
    const { accessToken, password } = person
    for (const json of [
      { current: 'wrong', next },
      { current: password, next: 'short' },
    ])
      expect((await server.post('/password', { bearer: accessToken, json })).status).toBeGreaterThan(400)
    expect((await server.refresh(person.refreshToken)).status).toBe(200)
  })
})
