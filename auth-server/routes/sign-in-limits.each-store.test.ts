import { describe, expect, it, vi } from 'vitest'
import { manualClock, startServer } from '../testing/harness.ts'
import { eachStoreKind, openTestStore, type StoreKind } from '../testing/stores.ts'

vi.setConfig({ testTimeout: 60_000 })

const WRONG = 'not the right one'

/** The mark that a browser is given by a sign-in. */
function markOf({ setCookies }: { setCookies: string[] }): string {
  const [mark] = setCookies.flatMap((cookie) => /^knownDevice=([^;]+)/.exec(cookie)?.[1] ?? [])
  if (!mark) throw new Error('no mark')
  return mark
}

/** Two servers on one store; sign-ins come from wherever a test says. */
async function servers(kind: StoreKind, environment: Record<string, string> = {}) {
  const url = await kind.place()
  const clock = manualClock()
  const start = async () => startServer({ store: await openTestStore(url, clock), clock, environment })
  const both = [await start(), await start()] as const
  let turn = 0
  const send = (path: string, json: unknown, from: string, more = {}) =>
    both[turn++ % 2 ? 1 : 0].post(path, { json, headers: { 'x-forwarded-for': from }, ...more })
  const person = await both[0].newcomer()
  return {
    both,
    clock,
    person,
    send,
    signIn: (password: string, from = '198.51.100.1', email = person.email, mark?: string) =>
      send('/login', { email, password }, from, mark ? { cookie: `knownDevice=${mark}` } : {}),
    events: () => both.flatMap((server) => server.events()),
  }
}

const statuses = (replies: { status: number }[]) => replies.map(({ status }) => status)

describe.each(eachStoreKind)('on %s', (_title, kind) => {
  const limit = (title: string, run: () => Promise<void>) => it.skipIf(kind.missing)(title, run)

  limit(
    'ASVS 6.3.1: after twenty wrong passwords from one address the account is shut for it, at all servers',
    async () => {
      const { signIn, clock, person, events } = await servers(kind)
      for (let i = 0; i < 20; i++) expect((await signIn(WRONG)).status).toBe(401)
      clock.advance(60_000)
      const refused = await signIn(person.password)
      expect(refused.status).toBe(429)
      expect(refused.body).toEqual({ error: 'too_many_requests', error_description: expect.any(String) })
      expect(refused.headers.get('retry-after')).toBe('240')
      expect(refused.setCookies).toEqual([])
      expect(events()).toContainEqual(
        expect.objectContaining({
          event: 'tries-limited',
          at: 'sign-in',
          address: '198.51.100.1',
        }),
      )
      expect((await signIn(person.password, '203.0.113.5')).status).toBe(200)
      clock.advance(240_000)
      expect((await signIn(person.password)).status).toBe(200)
    },
  )

  limit('ASVS 6.3.1: guesses that are made at the same time are answered no more often', async () => {
    const { signIn, person } = await servers(kind, { SIGN_IN_LIMIT: '3/300' })
    const replies = await Promise.all([
      ...Array.from({ length: 20 }, () => signIn(WRONG)),
      signIn(person.password),
    ])
    expect(replies.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(3)
    expect((await signIn(person.password)).status).toBe(429)
  })

  limit('a right password that is held back begins no session, and ends none', async () => {
    const { both, person } = await servers(kind, { SIGN_IN_LIMIT: '1/300' })
    const [server, other] = both
    const { email, password, refreshToken, userData } = person
    const { findByEmail } = server.store.users
    // While the right one is looked at, a wrong one uses up the limit.
    server.store.users.findByEmail = async (asked) => {
      await other.post('/login', { json: { email, password: WRONG } })
      return await findByEmail(asked)
    }
    const held = await server.post('/login', { json: { email, password }, refreshToken })
    expect([held.status, held.setCookies]).toEqual([429, []])
    expect(await server.store.sessions.listLive(userData.id)).toHaveLength(1)
    expect((await server.refresh(refreshToken)).status).toBe(200)
  })

  limit('a registration that was made is answered, whatever fails meanwhile', async () => {
    const { both } = await servers(kind, { SIGN_IN_LIMIT_ADDRESS: '1/300' })
    const [server, other] = both
    const { create } = server.store.users
    server.store.users.create = async (user) => {
      await other.post('/login', { json: { email: 'nobody@example.com', password: WRONG } })
      return await create(user)
    }
    const json = { email: 'new@example.com', password: 'a long enough phrase', name: 'New' }
    expect((await server.post('/register', { json })).status).toBe(201)
    expect((await server.post('/register', { json: { ...json, email: 'late@example.com' } })).status).toBe(
      429,
    )
  })

  limit('right passwords are never too many, also all at once', async () => {
    const { signIn, person } = await servers(kind, { SIGN_IN_LIMIT: '1/300', SIGN_IN_LIMIT_ADDRESS: '1/300' })
    const replies = await Promise.all(Array.from({ length: 30 }, () => signIn(person.password)))
    expect(new Set(statuses(replies))).toEqual(new Set([200]))
  })

  limit('guesses of one account, many at once, do not shut the address for others', async () => {
    const { signIn, both } = await servers(kind, { SIGN_IN_LIMIT: '3/300', SIGN_IN_LIMIT_ADDRESS: '6/300' })
    const eve = await both[0].newcomer('eve@example.com')
    await Promise.all(Array.from({ length: 20 }, () => signIn(WRONG)))
    expect((await signIn(eve.password, undefined, eve.email)).status).toBe(200)
  })

  limit('a right password forgives the wrong ones before it', async () => {
    const { signIn, person } = await servers(kind, { SIGN_IN_LIMIT: '3/300' })
    for (let round = 0; round < 3; round++)
      expect(statuses([await signIn(WRONG), await signIn(WRONG), await signIn(person.password)])).toEqual([
        401, 401, 200,
      ])
  })

  limit(
    'ASVS 6.3.1: one address that tries many accounts (stuffing) is shut; its own right password does not help',
    async () => {
      const { signIn, both } = await servers(kind, { SIGN_IN_LIMIT_ADDRESS: '6/300' })
      const eve = await both[0].newcomer('eve@example.com')
      for (let i = 0; i < 5; i++)
        expect((await signIn(WRONG, undefined, `user${i}@example.com`)).status).toBe(401)
      expect((await signIn(eve.password, undefined, eve.email)).status).toBe(200)
      expect((await signIn(WRONG, undefined, 'one-more@example.com')).status).toBe(401)
      expect((await signIn(eve.password, undefined, eve.email)).status).toBe(429)
      expect((await signIn(eve.password, '203.0.113.5', eve.email)).status).toBe(200)
    },
  )

  limit(
    'ASVS 6.1.1, 6.3.1: a swarm that guesses one account is slowed, and its owner is let in by a browser that is known',
    async () => {
      const { signIn, clock, person } = await servers(kind, { SIGN_IN_LIMIT_ACCOUNT: '8/3600' })
      const home = markOf(await signIn(person.password, '203.0.113.50'))
      for (let i = 0; i < 8; i++) expect((await signIn(WRONG, `198.51.100.${i}`)).status).toBe(401)
      const next = await signIn(WRONG, '198.51.100.99')
      expect([next.status, next.headers.get('retry-after')]).toEqual([429, '3600'])
      // An address of before is nothing: the mark is, wherever the browser is now.
      expect((await signIn(person.password, '203.0.113.50')).status).toBe(429)
      const elsewhere = '192.0.2.77'
      expect((await signIn(person.password, elsewhere, person.email, home)).status).toBe(200)
      expect(
        statuses([
          await signIn(WRONG, elsewhere, person.email, home),
          await signIn(person.password, elsewhere, person.email, home),
        ]),
      ).toEqual([401, 200])
      clock.advance(3_600_000)
      expect((await signIn(person.password, '198.51.100.99')).status).toBe(200)
    },
  )

  limit('ASVS 6.1.1: who names the owner’s address locks nobody out of a browser that is known', async () => {
    const { signIn, person, both } = await servers(kind, { SIGN_IN_LIMIT_ADDRESS: '25/300' })
    const home = '203.0.113.50'
    const mark = markOf(await signIn(person.password, home))
    const forged = []
    for (let i = 0; i < 21; i++) forged.push(await signIn(WRONG, home))
    expect(statuses(forged)).toEqual([...Array(20).fill(401), 429])
    for (let i = 0; i < 5; i++) await signIn(WRONG, home, `nobody${i}@example.com`)
    expect((await signIn(person.password, home)).status).toBe(429)
    expect((await signIn(person.password, home, person.email, mark)).status).toBe(200)
    // A mark is good for its accounts alone, so making one's own opens nothing.
    await both[0].newcomer('eve@example.com')
    const eves = markOf(await signIn('correct horse', '192.0.2.1', 'eve@example.com'))
    expect((await signIn(person.password, home, person.email, eves)).status).toBe(429)
  })

  limit('ASVS 6.3.1: a mark that was stolen has as few guesses as anybody', async () => {
    const { signIn, person } = await servers(kind, { SIGN_IN_LIMIT: '3/300' })
    const mark = markOf(await signIn(person.password))
    const replies = []
    for (let i = 0; i < 4; i++) replies.push(await signIn(WRONG, `192.0.2.${i}`, person.email, mark))
    expect(statuses(replies)).toEqual([401, 401, 401, 429])
    expect((await signIn(person.password)).status).toBe(200)
  })

  limit('others’ guesses do not keep a session from changing its password', async () => {
    const { both, signIn, person } = await servers(kind, { SIGN_IN_LIMIT_ACCOUNT: '2/3600' })
    for (let i = 0; i < 3; i++) await signIn(WRONG, `198.51.100.${i}`)
    expect((await signIn(person.password, '203.0.113.1')).status).toBe(429)
    const json = { current: person.password, next: 'a new long phrase' }
    expect((await both[0].post('/password', { bearer: person.accessToken, json })).status).toBe(200)
  })

  limit('ASVS 6.3.1: what is beyond a limit is not even looked at, however many come at once', async () => {
    const { both, signIn } = await servers(kind, { SIGN_IN_LIMIT: '3/300' })
    let looked = 0
    for (const { store } of both) {
      const { findByEmail } = store.users
      store.users.findByEmail = (email) => {
        looked++
        return findByEmail(email)
      }
    }
    const replies = await Promise.all(Array.from({ length: 200 }, () => signIn(WRONG)))
    // Each of the two servers counts what it has under way by itself.
    expect(looked).toBeLessThanOrEqual(6)
    expect(replies.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(194)
  })

  limit(
    'ASVS 2.4.1: registrations from one address are too many at some point, whatever becomes of them',
    async () => {
      const { send, clock, events } = await servers(kind, { REGISTRATION_LIMIT: '3/3600' })
      const register = (email: string, from = '198.51.100.1') =>
        send('/register', { email, password: 'a long enough phrase', name: 'Eve' }, from)
      const all = [
        await register('one@example.com'),
        await register('ada@example.com'),
        await register('two@example.com'),
        await register('three@example.com'),
      ]
      expect(statuses(all)).toEqual([201, 409, 201, 429])
      const refused = all[3]
      expect(refused?.body.error).toBe('too_many_requests')
      expect(Number(refused?.headers.get('retry-after'))).toBe(3600)
      expect(events()).toContainEqual(
        expect.objectContaining({ event: 'tries-limited', at: 'registration', address: '198.51.100.1' }),
      )
      expect((await register('three@example.com', '203.0.113.1')).status).toBe(201)
      clock.advance(3_600_000)
      expect((await register('four@example.com')).status).toBe(201)
    },
  )

  limit('of 25 registrations from one address at the same time 20 pass', async () => {
    const { send } = await servers(kind)
    const replies = await Promise.all(
      Array.from({ length: 25 }, (_, i) =>
        send(
          '/register',
          { email: `p${i}@example.com`, password: 'a long enough phrase', name: 'P' },
          '198.51.100.1',
        ),
      ),
    )
    expect(statuses(replies).sort()).toEqual([...Array(20).fill(201), ...Array(5).fill(429)])
  })

  limit('ASVS 6.3.8: an account that does not exist is shut like one that does', async () => {
    const { signIn } = await servers(kind, { SIGN_IN_LIMIT: '2/300' })
    const tries = async (email: string) => {
      const replies = []
      for (let i = 0; i < 3; i++) replies.push(await signIn(WRONG, '203.0.113.9', email))
      return replies.map(({ status, body, headers }) => ({ status, body, wait: headers.get('retry-after') }))
    }
    expect(await tries('nobody@example.com')).toEqual(await tries('ada@example.com'))
  })

  limit('ASVS 6.3.8: registrations cannot ask for one address after the other', async () => {
    const { send } = await servers(kind, { SIGN_IN_LIMIT_ADDRESS: '2/300' })
    const register = (email: string, from = '198.51.100.1') =>
      send('/register', { email, password: 'a long enough phrase', name: 'Eve' }, from)
    expect(statuses([await register('ada@example.com'), await register('ada@example.com')])).toEqual([
      409, 409,
    ])
    expect(
      statuses([await register('ada@example.com'), await register('new@example.com', '203.0.113.1')]),
    ).toEqual([429, 201])
  })

  limit('ASVS 6.3.4: the password that a change asks for is limited like a sign-in', async () => {
    const { both, person } = await servers(kind, { SIGN_IN_LIMIT: '2/300' })
    const change = (current: string) =>
      both[0].post('/password', { bearer: person.accessToken, json: { current, next: 'a new long phrase' } })
    expect(statuses([await change(WRONG), await change(WRONG), await change(person.password)])).toEqual([
      401, 401, 429,
    ])
  })

  limit('ASVS 15.3.4: an address that nobody vouches for does not get around the limits', async () => {
    const { signIn, person } = await servers(kind, { SIGN_IN_LIMIT: '2/300', TRUST_PROXY: 'false' })
    const replies = []
    for (let i = 0; i < 3; i++) replies.push(await signIn(WRONG, `203.0.113.${i}`))
    expect(statuses(replies)).toEqual([401, 401, 429])
    expect((await signIn(person.password, '203.0.113.9')).status).toBe(429)
  })

  limit('an IPv6 household counts as one address', async () => {
    const { signIn } = await servers(kind, { SIGN_IN_LIMIT: '2/300' })
    expect(
      statuses([
        await signIn(WRONG, '2001:db8:1:2::1'),
        await signIn(WRONG, '2001:db8:1:2:ffff::2'),
        await signIn(WRONG, '2001:db8:1:2:3::4'),
        await signIn(WRONG, '2001:db8:1:3::1'),
      ]),
    ).toEqual([401, 401, 429, 401])
  })

  limit('the limits can be switched off', async () => {
    const off = { SIGN_IN_LIMIT: 'off', SIGN_IN_LIMIT_ADDRESS: 'off', SIGN_IN_LIMIT_ACCOUNT: 'off' }
    const { signIn, person } = await servers(kind, off)
    const replies = await Promise.all(Array.from({ length: 12 }, () => signIn(WRONG)))
    expect(new Set(statuses(replies))).toEqual(new Set([401]))
    expect((await signIn(person.password)).status).toBe(200)
  })

  limit(
    'while the counters cannot be reached a sign-in is answered 503, not let through and not refused',
    async () => {
      const { both, signIn, person } = await servers(kind)
      for (const { store } of both) {
        // One that was never used would only open now.
        await store.ping()
        await store.close()
      }
      for (const password of [person.password, WRONG]) {
        const { status, body, headers } = await signIn(password)
        expect([status, body.error, headers.get('retry-after')]).toEqual([
          503,
          'temporarily_unavailable',
          '1',
        ])
      }
    },
  )
})
