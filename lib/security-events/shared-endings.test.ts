import { describe, expect, it } from 'vitest'
import type { EndedEntry } from '../ended/feed.ts'
import { createHarness } from '../gateway/testing/harness.ts'
import { createSignInRoutes, oauth2Backend } from '../oauth2/index.ts'
import { fakeProvider, ISSUER } from '../oauth2/testing/fake-provider.ts'
import { manualClock } from '../testing/clock.ts'
import { sharedEndings } from './shared-endings.ts'
import { createSharedLog } from './shared-log.ts'
import { memoryStore } from './testing/memory-store.ts'

const NOW = 1_900_000_000_000
const never = { wait: 0, signal: new AbortController().signal }
const entry = (sid: string): EndedEntry => ({ sid, endedAt: NOW, reason: 'ended-by-user' })
const sidsOf = (entries: readonly EndedEntry[]) => entries.map((each) => ('sid' in each ? each.sid : ''))

describe('a log that all processes share', () => {
  it('is read by another process from where it has come to', async () => {
    const { store } = memoryStore()
    const [one, other] = [createSharedLog(store), createSharedLog(store)]
    const first = await other.ended(null, never)
    expect(first.entries).toEqual([])
    await one.add(entry('a'))
    await other.add(entry('b'))
    const next = await other.ended(first.cursor, never)
    expect(sidsOf(next.entries)).toEqual(['a', 'b'])
    expect((await one.ended(next.cursor, never)).entries).toEqual([])
    expect(sidsOf((await createSharedLog(store).ended(null, never)).entries).toSorted()).toEqual(['a', 'b'])
  })

  it('leaves nothing out when many processes add at once, while others read', async () => {
    const { store } = memoryStore()
    const logs = Array.from({ length: 8 }, () => createSharedLog(store))
    const reader = createSharedLog(store)
    const names = Array.from({ length: 200 }, (_, i) => `session-${i}`)
    let { cursor } = await reader.ended(null, never)
    const seen: string[] = []
    let adding = true
    const all = Promise.all(names.map((name, i) => logs[i % 8]?.add(entry(name)))).then(() => {
      adding = false
    })
    for (let rest = 1; rest >= 0; rest -= adding ? 0 : 1) {
      await new Promise((resolve) => setTimeout(resolve, 0))
      const read = await reader.ended(cursor, never)
      seen.push(...sidsOf(read.entries))
      cursor = read.cursor
    }
    await all
    expect(seen.toSorted()).toEqual(names.toSorted())
    expect((await createSharedLog(store).ended(null, never)).entries).toHaveLength(200)
  })

  it('goes on when its older entries have run out, and begins anew when the store has forgotten everything', async () => {
    const clock = manualClock(NOW)
    const { store, values } = memoryStore(clock)
    const log = createSharedLog(store)
    await log.add(entry('a'))
    const { cursor } = await log.ended(null, never)
    clock.advance(86_400_000)
    await log.add(entry('b'))
    expect(sidsOf((await log.ended(cursor, never)).entries)).toEqual(['b'])
    expect(sidsOf((await createSharedLog(store).ended(null, never)).entries)).toEqual(['b'])
    values.clear()
    await createSharedLog(store).add(entry('c'))
    expect(sidsOf((await log.ended(cursor, never)).entries)).toEqual(['c'])
  })

  it('takes a value that is none of its own for no entry', async () => {
    const { store, values } = memoryStore()
    const log = createSharedLog(store)
    await log.add(entry('a'))
    for (const key of values.keys()) if (key.endsWith(':1')) await store.set(key, 'not JSON', 60)
    expect((await log.ended(null, never)).entries).toEqual([{ sid: '', endedAt: 0, reason: 'unknown' }])
  })
})

describe('a session that was ended', () => {
  const session = { sub: 'ann', sid: 's1', providerSid: 'p1', beganAt: NOW / 1000 - 60 }

  it('is refused its renewal by every process, for a month', async () => {
    const clock = manualClock(NOW)
    const { store } = memoryStore(clock)
    const [one, other] = [sharedEndings({ store, clock }), sharedEndings({ store, clock })]
    expect(await other.isEnded(session)).toBe(false)
    await one.onBackchannelLogout({ sid: 'p1', sub: 'ann' })
    expect(await other.isEnded(session)).toBe(true)
    expect(await other.isEnded({ ...session, providerSid: 'p2' })).toBe(false)
    expect(await other.isEnded({ ...session, providerSid: null, sid: 'p1' })).toBe(true)
    clock.advance(29 * 86_400_000)
    expect(await other.isEnded(session)).toBe(true)
    clock.advance(2 * 86_400_000)
    expect(await other.isEnded(session)).toBe(false)
  })

  it('as one of all of a person’s: those that began before, and none after', async () => {
    const clock = manualClock(NOW)
    const { store } = memoryStore(clock)
    const endings = sharedEndings({ store, clock })
    await endings.onBackchannelLogout({ sid: null, sub: 'ann' })
    expect(await endings.isEnded(session)).toBe(true)
    expect(await endings.isEnded({ ...session, beganAt: NOW / 1000 })).toBe(false)
    expect(await endings.isEnded({ ...session, beganAt: null })).toBe(true)
    expect(await endings.isEnded({ ...session, sub: 'eve' })).toBe(false)
    await endings.end({ sub: 'ann', endedAt: NOW - 120_000, reason: 'late' })
    expect(await endings.isEnded(session)).toBe(true)
  })
})

describe('OpenID Connect Back-Channel Logout 1.0: one line of set-up', () => {
  it('ends the session at a gateway of another process, while its token is good', async () => {
    const provider = await fakeProvider()
    const { store } = memoryStore()
    // Three processes: the app's, which the provider calls, and two gateways.
    const app = sharedEndings({ store })
    const routes = createSignInRoutes({
      ...provider.options,
      url: 'https://app.test/auth',
      onBackchannelLogout: app.onBackchannelLogout,
    })
    const tokens = await signedIn(routes, provider)
    const gateways = await Promise.all(
      [1, 2].map(async () => {
        const endings = sharedEndings({ store, polls: 'request', every: 1 })
        const backend = oauth2Backend({ ...provider.options, isEnded: endings.isEnded })
        const { keys } = provider.options.gateway ?? {}
        return createHarness({
          backend,
          revocation: endings.revocation,
          clock: Date.now,
          ...(keys && { keys }),
        })
      }),
    )
    const cookies = tokens
    for (const { send } of gateways) expect((await send('/page', { cookies })).outcome).toBe('active')

    const iat = Math.floor(Date.now() / 1000)
    const logout = await provider.signer.sign(
      {
        iss: ISSUER,
        aud: 'app',
        iat,
        exp: iat + 60,
        jti: 'l1',
        sid: 'provider-session',
        events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      },
      { typ: 'logout+jwt' },
    )
    const body = new URLSearchParams({ logout_token: logout })
    const called = await routes.POST(
      new Request('https://app.test/auth/backchannel', { method: 'POST', body }),
    )
    expect(called.status).toBe(200)
    for (const { send } of gateways)
      await expect
        .poll(async () => (await send('/page', { cookies })).outcome, { interval: 20 })
        .toBe('ended')
    // A sign-in more with the same session of the provider is another one here only by its own name.
    const again = await signedIn(routes, provider, { sid: 'another-session' })
    for (const { send } of gateways) expect((await send('/page', { cookies: again })).outcome).toBe('active')
  })
})

/** The cookies of somebody who has signed in with the provider. */
async function signedIn(
  routes: ReturnType<typeof createSignInRoutes>,
  provider: Awaited<ReturnType<typeof fakeProvider>>,
  claims: object = {},
): Promise<Record<string, string>> {
  const begun = await routes.GET(new Request('https://app.test/auth/signin'))
  const asked = new URL(begun.headers.get('location') ?? '').searchParams
  const [attempt = ''] = begun.headers.getSetCookie()
  await provider.issuing({ sid: 'provider-session', nonce: asked.get('nonce'), ...claims })
  const query = new URLSearchParams({ code: 'c', state: asked.get('state') ?? '' })
  const headers = { cookie: attempt.split(';')[0] ?? '' }
  const done = await routes.GET(new Request(`https://app.test/auth/callback?${query}`, { headers }))
  return Object.fromEntries(
    done.headers
      .getSetCookie()
      .map((header) => /^([^=]+)=([^;]*)/.exec(header) ?? [])
      .filter(([, name, value]) => value !== '' && /^(accessToken|refreshToken)$/.test(name ?? ''))
      .map(([, name = '', value = '']) => [name, value]),
  )
}
