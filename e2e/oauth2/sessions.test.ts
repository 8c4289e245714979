import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OAuth2Options, SharedStore } from '../../lib/oauth2/index.ts'
import { createApp, listen } from './app.ts'
import { CLIENT_SECRET, newKey, startProvider } from './provider.ts'
import { createVisitor } from './visitor.ts'

let place: Awaited<ReturnType<typeof listen>>
let provider: Awaited<ReturnType<typeof startProvider>>

beforeAll(async () => {
  place = await listen()
  provider = await startProvider(place.url, await newKey('client-key'))
})

afterAll(() => {
  provider.close()
  place.server.closeAllConnections()
  place.server.close()
})

/** One process of the app; the last one made is the one that the address leads to. */
function app(options: Partial<OAuth2Options> = {}) {
  const made = createApp(place.url, {
    issuer: provider.issuer,
    clientId: 'basic',
    clientAuthentication: { method: 'client_secret_basic', secret: CLIENT_SECRET },
    ...options,
  })
  place.server.removeAllListeners('request')
  place.server.on('request', made.serve)
  return made
}

async function signedIn() {
  const visitor = createVisitor()
  await visitor.signIn(place.url)
  return visitor
}

/** A document asked for with the cookies as they were, straight at one process. */
const ask = (process: ReturnType<typeof app>, cookie: string) =>
  process.answer(
    new Request(`${place.url}/dashboard`, {
      // As the visitor's own requests: another user agent would be another browser.
      headers: { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'user-agent': 'node', cookie },
    }),
  )

const outcomeOf = (response: { headers: Headers }) => response.headers.get('x-session')

describe('RFC 9700 4.14.2: a provider that takes the second use of a refresh token for theft', () => {
  it('50 parallel requests with an expired session: one call, and the session lives', async () => {
    const one = app()
    const visitor = await signedIn()
    await visitor.dropAccessToken(place.url)
    const pages = await Promise.all(
      Array.from({ length: 50 }, (_, index) => visitor.visit(`${place.url}/page-${index}`)),
    )
    expect(new Set(pages.map(outcomeOf))).toEqual(new Set(['renewed']))
    expect(one.refreshes()).toBe(1)
    await visitor.dropAccessToken(place.url)
    expect(outcomeOf(await visitor.visit(`${place.url}/dashboard`))).toBe('renewed')
  })

  it('a straggler with the old refresh token is answered from memory', async () => {
    const one = app()
    const visitor = await signedIn()
    await visitor.dropAccessToken(place.url)
    const old = await visitor.cookieHeader(place.url)
    await visitor.visit(`${place.url}/dashboard`)
    expect(outcomeOf(await ask(one, old))).toBe('renewed')
    expect(one.refreshes()).toBe(1)
  })

  it('a stolen refresh token, used later and elsewhere, ends the session for both', async () => {
    const one = app()
    const visitor = await signedIn()
    await visitor.dropAccessToken(place.url)
    const stolen = await visitor.cookieHeader(place.url)
    await visitor.visit(`${place.url}/dashboard`)
    const elsewhere = app()
    expect(outcomeOf(await ask(elsewhere, stolen))).toBe('ended')
    await visitor.dropAccessToken(place.url)
    expect(outcomeOf(await ask(one, await visitor.cookieHeader(place.url)))).toBe('ended')
    expect(one.events).toContainEqual(
      expect.objectContaining({ type: 'session.ended', reason: 'invalid_grant' }),
    )
  })

  it('a call whose answer was lost is not repeated; the next visit finds the session refused', async () => {
    const one = app()
    const visitor = await signedIn()
    await visitor.dropAccessToken(place.url)
    one.control.loseAnswers = true
    const page = await visitor.visit(`${place.url}/dashboard`)
    expect([page.status, outcomeOf(page), one.refreshes()]).toEqual([503, 'degraded', 1])
    one.control.loseAnswers = false
    expect(outcomeOf(await ask(one, await visitor.cookieHeader(place.url)))).toBe('ended')
  })

  it('a wrong client secret signs nobody out', async () => {
    app()
    const visitor = await signedIn()
    await visitor.dropAccessToken(place.url)
    const misconfigured = app({ clientAuthentication: { method: 'client_secret_basic', secret: 'wrong' } })
    const cookie = await visitor.cookieHeader(place.url)
    const response = await ask(misconfigured, cookie)
    expect([response.status, outcomeOf(response), response.headers.getSetCookie()]).toEqual([
      503,
      'degraded',
      [],
    ])
    expect(outcomeOf(await ask(app(), cookie))).toBe('renewed')
  })

  it('a provider that cannot be reached signs nobody out', async () => {
    app()
    const visitor = await signedIn()
    await visitor.dropAccessToken(place.url)
    const response = await ask(app({ issuer: 'http://127.0.0.1:9' }), await visitor.cookieHeader(place.url))
    expect([response.status, outcomeOf(response)]).toEqual([503, 'degraded'])
  })

  it('a refresh cookie that this gateway did not seal is refused without a call', async () => {
    const one = app()
    const response = await ask(one, 'refreshToken=made-up')
    expect([outcomeOf(response), one.refreshes()]).toEqual(['anonymous', 0])
  })
})

/** A store as Redis is one. */
function memoryStore(): SharedStore {
  const values = new Map<string, string>()
  return {
    add: async (key, value) => !values.has(key) && values.set(key, value) !== undefined,
    get: async (key) => values.get(key) ?? null,
    set: async (key, value) => void values.set(key, value),
  }
}

describe('several processes before such a provider', () => {
  it('renew once between them when they share a store', async () => {
    const store = memoryStore()
    const processes = [app({ store }), app({ store }), app({ store })]
    const visitor = await signedIn()
    await visitor.dropAccessToken(place.url)
    const cookie = await visitor.cookieHeader(place.url)
    const responses = await Promise.all(
      Array.from({ length: 48 }, (_, index) => ask(processes[index % 3] as ReturnType<typeof app>, cookie)),
    )
    expect(new Set(responses.map(outcomeOf))).toEqual(new Set(['renewed']))
    expect(processes.reduce((sum, { refreshes }) => sum + refreshes(), 0)).toBe(1)
    const sessions = new Set(
      responses.map((response) => /refreshToken=([^;]+)/.exec(`${response.headers.getSetCookie()}`)?.[1]),
    )
    expect(sessions.size).toBe(1)
    const [next = ''] = sessions
    expect(outcomeOf(await ask(processes[0] as ReturnType<typeof app>, `refreshToken=${next}`))).toBe(
      'renewed',
    )
  })

  it('the store sees no token', async () => {
    const kept: string[] = []
    const memory = memoryStore()
    const store: SharedStore = {
      ...memory,
      set: async (key, value, seconds) => {
        kept.push(key, value)
        await memory.set(key, value, seconds)
      },
    }
    app({ store })
    const visitor = await signedIn()
    await visitor.dropAccessToken(place.url)
    const { token } = JSON.parse((await visitor.visit(`${place.url}/dashboard`)).body)
    const { refreshToken = '-' } = await visitor.cookies(place.url)
    expect(kept).toHaveLength(2)
    for (const secret of [token, refreshToken]) expect(kept.join()).not.toContain(secret)
  })

  it('a store that is down signs nobody out', async () => {
    app()
    const visitor = await signedIn()
    await visitor.dropAccessToken(place.url)
    const down = async () => Promise.reject(new Error('down'))
    const cookie = await visitor.cookieHeader(place.url)
    const broken = app({ store: { add: down, get: down, set: down } })
    const response = await ask(broken, cookie)
    expect([response.status, outcomeOf(response), broken.refreshes()]).toEqual([503, 'degraded', 0])
    expect(outcomeOf(await ask(app(), cookie))).toBe('renewed')
  })
})

describe('signing out', () => {
  it('ends the session here and at the provider, and comes back to the app', async () => {
    const one = app()
    const visitor = await signedIn()
    const cookie = await visitor.cookieHeader(place.url)
    const asked = await visitor.visit(`${place.url}/auth/signout`, {})
    expect(asked.url.startsWith(`${provider.issuer}/session/end?`)).toBe(true)
    expect(await visitor.cookies(place.url)).toEqual({ signedOut: expect.any(String) })
    const done = await visitor.submit(asked, { logout: 'yes' })
    expect(done.url).toBe(`${place.url}/`)
    const refreshToken = /refreshToken=[^;]+/.exec(cookie)?.[0] ?? ''
    expect(outcomeOf(await ask(one, refreshToken))).toBe('ended')
  })

  it('at the provider reaches the app through the back channel, and the next renewal is refused', async () => {
    const ended = new Set<string>()
    const one = app({ isEnded: async ({ providerSid }) => ended.has(providerSid ?? '') })
    const visitor = await signedIn()
    await visitor.submit(await visitor.visit(`${provider.issuer}/session/end`), { logout: 'yes' })
    expect(one.logouts).toEqual([expect.objectContaining({ sub: 'ann', sid: expect.any(String) })])
    ended.add(one.logouts[0]?.sid ?? '')
    expect(outcomeOf(await visitor.visit(`${place.url}/dashboard`))).toBe('active')
    await visitor.dropAccessToken(place.url)
    expect(outcomeOf(await ask(one, await visitor.cookieHeader(place.url)))).toBe('ended')
    expect(one.refreshes()).toBe(0)
  })
})
