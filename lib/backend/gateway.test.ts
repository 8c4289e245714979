import { beforeEach, describe, expect, it } from 'vitest'
import type { SessionGateway } from '../gateway/gateway.ts'
import { createSessionGateway } from '../gateway/gateway.ts'
import type { GatewayOptions } from '../gateway/options.ts'
import { resolveOptions } from '../gateway/options.ts'
import { createSessionReader } from '../gateway/session-reader.ts'
import type { SharedStore } from '../held-session/shared-flight.ts'
import { manualClock } from '../testing/clock.ts'
import { apiBackend } from './api-backend.ts'
import type { ApiDescription } from './description.ts'
import { shareRenewals } from './share-renewals.ts'
import { apiServer } from './testing/api-server.ts'
import { contextAt } from './testing/opened.ts'

const [OLD, NEW] = ['an old secret of thirty-two bytes!', 'a new secret of thirty-two bytes!!']
const server = apiServer()
const clock = manualClock()

/** A backend that rotates strictly: each refresh token works once, and the second use ends the session. */
function strictBackend() {
  let newest = 0
  let isOver = false
  const tokens = () => ({
    json: { access: `at-${newest}`, refresh: `rt-${newest}`, expires_in: 60, id: 'ann' },
  })
  server.on('/signin', () => tokens())
  server.on('/renew', ({ text }) => {
    if (isOver || JSON.parse(text).refreshToken !== `rt-${newest}`) {
      isOver = true
      return { status: 401 }
    }
    newest += 1
    return tokens()
  })
}

beforeEach(() => {
  server.forget()
  strictBackend()
})

const description: ApiDescription = {
  signIn: '/signin',
  refresh: '/renew',
  person: ({ answer: { id } }) => ({ id }),
}

const optionsWith = (gatewaySecrets: readonly string[]): GatewayOptions => ({
  remoteApi: server.url(),
  keys: { jwksUrl: 'https://unused.test' },
  gatewaySecrets,
  backend: apiBackend(description),
  clock,
  cookieSecure: false,
})

async function signIn(secrets: readonly string[] = [OLD]) {
  const settings = resolveOptions(optionsWith(secrets))
  const answer = await settings.backend?.signIn?.({}, contextAt(clock.seconds()))
  if (answer?.result !== 'begun') throw new Error(JSON.stringify(answer))
  return { accessToken: answer.tokens.accessToken, refreshToken: answer.tokens.refreshToken ?? '' }
}

const HEADERS = { accept: 'text/html', 'sec-fetch-mode': 'navigate', host: 'app.test' }
const visit = (gateway: SessionGateway, cookies: Readonly<Record<string, string>>) => {
  const cookie = Object.entries(cookies)
    .map((pair) => pair.join('='))
    .join('; ')
  return gateway.handle(new Request('http://app.test/', { headers: { ...HEADERS, cookie } }))
}
const refreshes = () => server.arrived.filter(({ path }) => path === '/renew').length

describe('a gateway with a described backend', () => {
  it('renews once for fifty requests at a time, and serves them all', async () => {
    const session = await signIn()
    const gateway = createSessionGateway(optionsWith([OLD]))
    clock.advance(61_000)
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => visit(gateway, session)))
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(Array(50).fill('renewed'))
    expect(refreshes()).toBe(1)
  })

  it('renews once for several processes that share a store, with a strict backend', async () => {
    const entries = new Map<string, string>()
    const store: SharedStore = {
      async add(key, value) {
        if (entries.has(key)) return false
        entries.set(key, value)
        return true
      },
      get: async (key) => entries.get(key) ?? null,
      set: async (key, value) => void entries.set(key, value),
    }
    const session = await signIn()
    const backend = shareRenewals(apiBackend(description), store)
    const processes = Array.from({ length: 4 }, () =>
      createSessionGateway({ ...optionsWith([OLD]), backend }),
    )
    clock.advance(61_000)
    const outcomes = await Promise.all(processes.map((gateway) => visit(gateway, session)))
    expect([outcomes.map(({ outcome }) => outcome), refreshes()]).toEqual([Array(4).fill('renewed'), 1])
    expect(JSON.stringify([...entries])).not.toMatch(/[ar]t-\d/)
  })

  it('takes sealed cookies of more bytes than plain ones may have', async () => {
    const long = { ...description, person: () => ({ id: 'ann', userData: { text: 'x'.repeat(3500) } }) }
    const options = { ...optionsWith([OLD]), backend: apiBackend(long) }
    const answer = await resolveOptions(options).backend?.signIn?.({}, contextAt(clock.seconds()))
    if (answer?.result !== 'begun') throw new Error(JSON.stringify(answer))
    const { accessToken, refreshToken } = answer.tokens
    expect(refreshToken?.length).toBeGreaterThan(4096)
    clock.advance(61_000)
    const cookies = {
      accessToken,
      'refreshToken.0': refreshToken?.slice(0, 4000) ?? '',
      'refreshToken.1': refreshToken?.slice(4000) ?? '',
    }
    expect((await visit(createSessionGateway(options), cookies)).outcome).toBe('renewed')
  })

  it('renews twice, keeps the session’s name, and ends it when the backend says so', async () => {
    const gateway = createSessionGateway(optionsWith([OLD]))
    let session: Record<string, string> = await signIn()
    const names = new Set<string | undefined>()
    for (let round = 0; round < 2; round += 1) {
      clock.advance(61_000)
      const { outcome, session: known, setCookies } = await visit(gateway, session)
      expect(outcome).toBe('renewed')
      names.add(known?.sid)
      session = Object.fromEntries(
        setCookies.map((header) => /^([^=]+)=([^;]*)/.exec(header)?.slice(1) ?? []),
      )
    }
    expect(names.size).toBe(1)
    server.on('/renew', { status: 401 })
    clock.advance(61_000)
    expect((await visit(gateway, session)).outcome).toBe('ended')
  })

  it('knows the session again in the app behind it', async () => {
    const { accessToken } = await signIn()
    const read = createSessionReader(resolveOptions(optionsWith([OLD])))
    const pairs = [{ name: 'accessToken', value: accessToken }]
    const session = await read(pairs, { secure: false, degraded: false })
    expect(session).toMatchObject({ subject: 'ann', accessToken: 'at-0' })
  })

  it('goes on with both cookies after a secret was rotated, and with neither once the old one is gone', async () => {
    const session = await signIn([OLD])
    const rotated = createSessionGateway(optionsWith([NEW, OLD]))
    expect((await visit(rotated, session)).outcome).toBe('active')
    expect((await visit(rotated, { refreshToken: session.refreshToken })).outcome).toBe('renewed')
    const without = createSessionGateway(optionsWith([NEW]))
    // Over plain http, cookies that this gateway cannot have issued are another app's.
    expect((await visit(without, session)).outcome).toBe('anonymous')
    expect(refreshes()).toBe(1)
  })

  it('takes none of the backend’s own tokens for its own', async () => {
    const gateway = createSessionGateway(optionsWith([OLD]))
    expect((await visit(gateway, { accessToken: 'at-0', refreshToken: 'rt-0' })).outcome).toBe('anonymous')
    expect(refreshes()).toBe(0)
  })

  it('does not take the refresh cookie for an access token, nor the other way round', async () => {
    const { accessToken, refreshToken } = await signIn()
    const gateway = createSessionGateway(optionsWith([OLD]))
    const swapped = await visit(gateway, { accessToken: refreshToken, refreshToken: accessToken })
    expect(swapped.outcome).toBe('anonymous')
    expect(refreshes()).toBe(0)
  })
})

describe('what is refused at start', () => {
  it.each(['http://api.example', 'http://203.0.113.7:8000', 'ftp://api.internal', 'api'])(
    '%s',
    (remoteApi) => {
      expect(() => createSessionGateway({ ...optionsWith([OLD]), remoteApi })).toThrow(
        expect.objectContaining({ code: 'invalid_option' }),
      )
      expect(() => apiBackend({ ...description, baseUrl: remoteApi })).toThrow(/https:/)
    },
  )

  it.each([
    'https://api.example',
    'http://localhost:8000',
    'http://127.0.0.1',
    'http://[::1]:3000',
    'http://10.0.0.7',
    'http://192.168.1.2',
    'http://172.20.0.3',
    'http://api:8000',
    'http://api.default.svc',
    'http://host.docker.internal',
  ])('but not %s', (remoteApi) => {
    expect(() => createSessionGateway({ ...optionsWith([OLD]), remoteApi })).not.toThrow()
  })

  it('a call elsewhere over plain http', () => {
    const signIn = 'http://login.example/token'
    expect(() =>
      createSessionGateway({ ...optionsWith([OLD]), backend: apiBackend({ ...description, signIn }) }),
    ).toThrow(/https:/)
  })

  it.each([[[]], [['short']]])('secrets %j', (secrets) => {
    expect(() => createSessionGateway(optionsWith(secrets))).toThrow(/32 bytes/)
  })
})
