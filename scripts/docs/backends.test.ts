import type { ApiBackend } from 'evergate/backend'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { resolveOptions } from '../../lib/gateway/options.ts'
import { providerToken } from '../../lib/gateway/token/provider-token.ts'
import { files, read } from '../testing/docs/pages.ts'
import { backendPages, fileOf, fileText, type Preset, words } from './backends/page.ts'

const names = Object.keys(words) as Preset[]
const NOW = 1_800_000_000
const jwt = (claims: object) =>
  [{ alg: 'HS512', typ: 'JWT' }, { iat: NOW, exp: NOW + 300, ...claims }, {}]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')

type Said = { readonly status?: number; readonly json?: unknown; readonly cookies?: readonly string[] }
/** A backend's answers on the wire, about ann with the id 7. */
type Wire = {
  readonly signIn: Said
  readonly refresh: Said
  readonly me?: Said
  readonly over: Said
  /** Something that looks like it, and is none. */
  readonly trouble: Said
  /** Shows that the call carried the token that renews. */
  readonly carries: (init: RequestInit, url: string) => unknown
  readonly id: string
}

const cookie = (name: string) => (init: RequestInit) =>
  new RegExp(`${name}=([^;]+)`).exec(new Headers(init.headers).get('cookie') ?? '')?.[1]
const bearer = (init: RequestInit) => new Headers(init.headers).get('authorization')?.replace('Bearer ', '')
const member = (name: string) => (init: RequestInit) => JSON.parse(String(init.body))[name]
const form = (name: string) => (init: RequestInit) => new URLSearchParams(String(init.body)).get(name)
const UNAUTHORIZED = { status: 401, json: { message: 'Unauthorized' } }
const FIREWALL = { status: 403, json: { message: 'Forbidden' } }
const DOWN = { status: 500 }

const WIRES: Readonly<Record<Preset, Wire>> = {
  express: {
    signIn: {
      json: { accessToken: jwt({ UserInfo: { username: 'ann', roles: [2001] } }) },
      cookies: ['jwt=rt; HttpOnly; Max-Age=86400'],
    },
    refresh: { json: { accessToken: jwt({ UserInfo: { username: 'ann', roles: [2001] } }) } },
    ...{ over: FIREWALL, trouble: DOWN, carries: cookie('jwt'), id: 'ann' },
  },
  nest: {
    signIn: { json: { access_token: jwt({ sub: 7, email: 'a@b.c' }), refresh_token: 'rt' } },
    refresh: { json: { access_token: jwt({ sub: 7 }), refresh_token: 'rt2' } },
    ...{ over: UNAUTHORIZED, trouble: DOWN, carries: bearer, id: '7' },
  },
  simpleJwt: {
    signIn: { json: { access: jwt({ user_id: 7, token_type: 'access' }), refresh: 'rt' } },
    refresh: { json: { access: jwt({ user_id: 7 }) } },
    ...{ over: UNAUTHORIZED, trouble: FIREWALL, carries: member('refresh'), id: '7' },
  },
  djRestAuth: {
    signIn: { json: { access: jwt({ user_id: 7 }), refresh: '' }, cookies: ['refresh-token=rt; HttpOnly'] },
    refresh: { json: { access: jwt({ user_id: 7 }) } },
    ...{ over: UNAUTHORIZED, trouble: FIREWALL, carries: cookie('refresh-token'), id: '7' },
  },
  aspNetIdentity: {
    signIn: { json: { tokenType: 'Bearer', accessToken: 'opaque', expiresIn: 300, refreshToken: 'rt' } },
    refresh: { json: { tokenType: 'Bearer', accessToken: 'opaque2', expiresIn: 300, refreshToken: 'rt2' } },
    me: { json: { email: 'ann@example.com', isEmailConfirmed: true } },
    ...{ over: { status: 401 }, trouble: FIREWALL, carries: member('refreshToken'), id: 'ann@example.com' },
  },
  springJwt: {
    signIn: {
      json: { id: 7, roles: ['ROLE_USER'] },
      cookies: [`bezkoder-jwt=${jwt({ sub: 'ann' })}; Path=/api`, 'bezkoder-jwt-refresh=rt; Path=/api/auth'],
    },
    refresh: { json: { message: 'ok' }, cookies: [`bezkoder-jwt=${jwt({ sub: 'ann' })}; Path=/api`] },
    over: { status: 403, json: { message: 'Refresh token was expired' } },
    trouble: { status: 400, json: { message: 'Refresh Token is empty!' } },
    ...{ carries: cookie('bezkoder-jwt-refresh'), id: 'ann' },
  },
  laravelJwt: {
    signIn: { json: { access_token: jwt({ sub: '7', prv: 'x' }), token_type: 'bearer', expires_in: 300 } },
    refresh: { json: { access_token: jwt({ sub: '7' }), token_type: 'bearer', expires_in: 300 } },
    ...{ over: UNAUTHORIZED, trouble: DOWN, carries: bearer, id: '7' },
  },
  supabaseAuth: {
    signIn: {
      json: { access_token: jwt({ sub: 'u7', app_metadata: {} }), refresh_token: 'rt', expires_in: 300 },
    },
    refresh: { json: { access_token: jwt({ sub: 'u7' }), refresh_token: 'rt2', expires_in: 300 } },
    over: { status: 400, json: { error_code: 'refresh_token_not_found' } },
    trouble: { status: 401, json: { message: 'No API key found in request' } },
    ...{ carries: member('refresh_token'), id: 'u7' },
  },
  cognito: {
    signIn: {
      json: {
        AuthenticationResult: {
          AccessToken: jwt({ sub: 'u7', username: 'ann' }),
          RefreshToken: 'rt',
          ExpiresIn: 300,
        },
      },
    },
    refresh: { json: { AuthenticationResult: { AccessToken: jwt({ sub: 'u7' }), ExpiresIn: 300 } } },
    over: { status: 400, json: { __type: 'NotAuthorizedException' } },
    trouble: { status: 400, json: { __type: 'TooManyRequestsException' } },
    carries: (init) => member('AuthParameters')(init).REFRESH_TOKEN,
    id: 'u7',
  },
  strapi: {
    signIn: { json: { jwt: jwt({ id: 7 }), refreshToken: 'rt', user: { id: 7, username: 'ann' } } },
    refresh: { json: { jwt: jwt({ id: 7 }), refreshToken: 'rt2' } },
    ...{ over: UNAUTHORIZED, trouble: FIREWALL, carries: member('refreshToken'), id: '7' },
  },
  payload: {
    signIn: { json: { token: jwt({ id: 'p7' }), exp: NOW + 300, user: { id: 'p7', roles: ['editor'] } } },
    refresh: { json: { refreshedToken: jwt({ id: 'p7' }), exp: NOW + 300, user: { id: 'p7' } } },
    ...{ over: FIREWALL, trouble: DOWN, carries: bearer, id: 'p7' },
  },
  pocketBase: {
    signIn: { json: { token: jwt({ id: 'b7' }), record: { id: 'b7', email: 'a@b.c' } } },
    refresh: { json: { token: jwt({ id: 'b7' }), record: { id: 'b7' } } },
    ...{ over: UNAUTHORIZED, trouble: FIREWALL, carries: bearer, id: 'b7' },
  },
  betterAuth: {
    signIn: { json: { token: 'opaque', user: { id: 'x7', name: 'Ann' } } },
    refresh: {
      json: { session: { expiresAt: '2030-01-01T00:00:00.000Z' }, user: { id: 'x7', name: 'Ann' } },
    },
    ...{ over: { json: null }, trouble: FIREWALL, carries: bearer, id: 'x7' },
  },
  oauth2Server: {
    signIn: { json: { access_token: 'opaque', refresh_token: 'rt', expires_in: 300 } },
    refresh: { json: { access_token: 'opaque2', refresh_token: 'rt2', expires_in: 300 } },
    me: { json: { id: 7, name: 'Ann' } },
    over: { status: 400, json: { error: 'invalid_grant' } },
    trouble: { status: 400, json: { error: 'invalid_request' } },
    ...{ carries: form('refresh_token'), id: '7' },
  },
}

afterEach(() => vi.unstubAllEnvs())

/** The file of the page at work, with a backend that says what it is told. */
async function started(name: Preset) {
  for (const variable of words[name].variables ?? []) vi.stubEnv(variable, 'https://value.example')
  const { default: backend } = (await import(`../../docs/examples/backends/${fileOf(name)}.ts`)) as {
    default: ApiBackend
  }
  const asked: [string, RequestInit][] = []
  const state = { next: WIRES[name].signIn }
  const settings = resolveOptions({
    ...{ remoteApi: 'https://api.example', keys: { jwksUrl: '' }, backend },
    gatewaySecrets: ['what the sessions of these tests are sealed with'],
    fetch: async (url, init) => {
      asked.push([url, init])
      const isMe = /\/(me|manage\/info)$/.test(url)
      const { status = 200, json, cookies = [] } = isMe ? (WIRES[name].me ?? {}) : state.next
      const headers = new Headers({ 'content-type': 'application/json' })
      for (const value of cookies) headers.append('set-cookie', value)
      return new Response(json === undefined ? '' : JSON.stringify(json), { status, headers })
    },
  })
  const context = {
    ...{ forwardedFor: null, userAgent: null, traceparent: '', cookies: '' },
    ...{ fetch: settings.fetch, signal: new AbortController().signal, now: NOW },
  }
  return { asked, context, state, backend: settings.backend }
}

describe.each(names)('the page of %s', (name) => {
  const path = `docs/backends/${fileOf(name)}.md`

  it('is what `npm run docs:api` makes, short, and in the list', () => {
    expect(read(path), `${path}: run npm run docs:api`).toBe(backendPages().get(path))
    expect(read(path).split('\n').length).toBeLessThan(40)
    expect(read('docs/backends/README.md')).toContain(`[\`${name}\`](${fileOf(name)}.md)`)
  })

  it('shows a file that signs in, renews, and ends when the backend says so, and only then', async () => {
    expect(read(`docs/examples/backends/${fileOf(name)}.ts`)).toBe(fileText(name))
    const { asked, backend, context, state } = await started(name)
    const { carries, id, over, refresh, trouble } = WIRES[name]
    const begun = await backend?.signIn?.({ email: 'ann@example.com', password: 'pw' }, context)
    if (begun?.result !== 'begun') throw new Error(JSON.stringify(begun))
    const { accessToken, refreshToken } = begun.tokens
    const claims = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString())
    expect(claims.sub).toBe(id)

    asked.length = 0
    state.next = refresh
    const session = { refreshToken: refreshToken ?? '' }
    expect(await backend?.refresh(session, context)).toMatchObject({ result: 'rotated' })
    const [url, init] = asked[0] ?? ['', {}]
    expect([providerToken(accessToken), 'rt']).toContain(carries(init, url))
    state.next = trouble
    expect(await backend?.refresh(session, context)).toMatchObject({ result: 'unavailable' })
    state.next = over
    expect(await backend?.refresh(session, context)).toMatchObject({ result: 'refused' })
  })
})

it('each page is of a preset', () => {
  const pages = files.filter((file) => /^docs\/backends\/(?!README).*\.md$/.test(file))
  expect(pages.sort()).toEqual([...backendPages().keys()].sort())
})
