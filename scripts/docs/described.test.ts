import type { ApiBackend } from 'evergate/backend'
import { PHASE_PRODUCTION_BUILD } from 'next/constants.js'
import { afterEach, expect, it, vi } from 'vitest'
import type { BackendContext } from '../../lib/gateway/index.ts'
import { resolveOptions } from '../../lib/gateway/options.ts'

const jwt = (claims: object) =>
  [{ alg: 'HS256' }, claims, {}]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')

/** The backend of a snippet, at work with an API that answers as it is told. */
function opened({ open }: ApiBackend, answers: Readonly<Record<string, () => Response>>) {
  const asked: [string, RequestInit][] = []
  const settings = resolveOptions({
    remoteApi: 'https://api.example',
    keys: { jwksUrl: '' },
    gatewaySecrets: ['what the sessions of these tests are sealed with'],
    fetch: async (url, init) => {
      asked.push([url, init])
      return answers[url.replace('https://api.example', '')]?.() ?? new Response('', { status: 404 })
    },
  })
  const context: BackendContext = {
    ...{ forwardedFor: null, userAgent: null, traceparent: '', cookies: '' },
    ...{ fetch: settings.fetch, signal: new AbortController().signal, now: Date.now() / 1000 },
  }
  return { asked, context, backend: open(settings).backend }
}

/** The refresh cookie of a session that begins. */
async function signIn({ backend, context }: ReturnType<typeof opened>): Promise<string> {
  const answer = await backend.signIn?.({ email: 'ann@example.com', password: 'pw' }, context)
  if (answer?.result !== 'begun') throw new Error(JSON.stringify(answer))
  return answer.tokens.refreshToken ?? ''
}

afterEach(() => {
  vi.unstubAllGlobals()
})

it('session-backend.ts signs in and renews', async () => {
  const { default: backend } = await import('../../docs/examples/snippets/described/session-backend.ts')
  const tokens = () => Response.json({ access_token: jwt({ sub: 7 }), refresh_token: 'r' })
  const at = opened(backend, { '/auth/signin': tokens, '/auth/refresh': tokens })
  const refreshToken = await signIn(at)
  expect(await at.backend.refresh({ refreshToken }, at.context)).toMatchObject({ result: 'rotated' })
})

it('next.config.mjs is what Next takes', async () => {
  const config = (await import('../../docs/examples/snippets/described/next.config.mjs')).default
  vi.spyOn(process, 'cwd').mockReturnValue(`${import.meta.dirname}/../../docs/examples/snippets/described`)
  expect(await config(PHASE_PRODUCTION_BUILD)).toMatchObject({
    env: { EVERGATE_BACKEND: './session-backend.ts' },
    turbopack: { resolveAlias: { 'evergate/next/backend': './session-backend.ts' } },
  })
})

it('own.ts says all there is to say', async () => {
  const { default: backend } = await import('../../docs/examples/snippets/described/own.ts')
  let next = () => Response.json({ data: { next: jwt({ uid: 'ann' }), seconds: 60 } })
  const at = opened(backend, {
    '/session/new': () =>
      Response.json(
        { data: { jwt: jwt({ uid: 'ann', groups: ['g'], name: 'Ann' }), seconds: 60 } },
        { headers: { 'set-cookie': 'refresh=r1; HttpOnly' } },
      ),
    '/session/extend': () => next(),
    '/session': () => new Response(null, { status: 204 }),
  })
  const refreshToken = await signIn(at)
  expect(at.asked[0]?.[1].body).toBe('{"login":"ann@example.com","secret":"pw"}')
  expect(await at.backend.refresh({ refreshToken }, at.context)).toMatchObject({ result: 'rotated' })
  expect(new Headers(at.asked[1]?.[1].headers).get('x-refresh')).toBe('r1')
  next = () => Response.json({ code: 'SESSION_OVER' }, { status: 400 })
  expect(await at.backend.refresh({ refreshToken }, at.context)).toMatchObject({ result: 'refused' })
  expect(await at.backend.signOut?.({ refreshToken, accessToken: 'at' }, at.context)).toBeNull()
  expect(at.asked.at(-1)?.[1].method).toBe('DELETE')
})

it('changed.ts is a preset with two changes', async () => {
  const { default: backend } = await import('../../docs/examples/snippets/described/changed.ts')
  const at = opened(backend, {
    '/auth/jwt/create/': () => Response.json({ access: jwt({ user_id: 7 }), refresh: 'r' }),
  })
  await signIn(at)
  expect(backend.description.refresh).toMatchObject({ path: '/api/token/refresh/' })
})

it('magic-link.ts begins a session with the tokens it is given', async () => {
  vi.resetModules()
  const startSession = vi.fn(async () => ({ ok: true }))
  vi.doMock('evergate/next', () => ({ startSession }))
  vi.stubGlobal('fetch', async () =>
    Response.json({ access_token: 'a', refresh_token: 'r', user: { id: 1 } }),
  )
  const { followLink } = await import('../../docs/examples/snippets/described/magic-link.ts')
  expect(await followLink('code')).toEqual({ ok: true })
  const answer = { user: { id: 1 } }
  expect(startSession).toHaveBeenCalledWith({ accessToken: 'a', refreshToken: 'r', answer })
})
