import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Tokens } from '../support/client.ts'
import {
  aged,
  asDocument,
  cookieHeader,
  expiredSession,
  setCookies,
  signInAtAuthServer,
} from '../support/client.ts'
import type { EdgeFunction } from '../support/edge-function.ts'
import { isBuiltForVercel, isRoutedToMiddleware, loadEdgeFunction } from '../support/edge-function.ts'
import type { Held, MiddlewareCase } from '../support/middleware-cases.ts'
import { ADMIN_PATHS, MIDDLEWARE_CASES } from '../support/middleware-cases.ts'
import type { Stack } from '../support/stack.ts'
import { startStack } from '../support/stack.ts'

let stack: Stack
let edge: EdgeFunction | undefined
beforeAll(async () => {
  stack = await startStack()
  if (isBuiltForVercel())
    edge = loadEdgeFunction({ ...stack.env, NODE_ENV: 'production', VERCEL: '1', REMOTE_API: stack.line.url })
})
afterAll(() => stack.stop())
afterEach(() => stack.line.set('connected'))

/** Where the middleware runs, and how to tell there that it let a request pass. */
type Place = {
  readonly name: string
  readonly origin: () => string
  readonly prefix: '' | '__Host-'
  readonly send: (request: Request) => Promise<Response>
  readonly passes: (response: Response) => boolean
}

const nextStart: Place = {
  name: 'next start',
  origin: () => stack.app.url,
  prefix: '',
  send: (request) => fetch(request),
  passes: ({ status }) => status === 200,
}

const onVercel: Place = {
  name: "Vercel's middleware.func",
  origin: () => 'https://app.example',
  prefix: '__Host-',
  send: async (request) => {
    if (!edge) throw new Error('there is no middleware.func: npm run vercel:build')
    const headers = new Headers(request.headers)
    for (const [name, value] of Object.entries(ADDED_BY_VERCEL)) headers.set(name, value)
    return edge.handle(new Request(request, { headers }))
  },
  passes: ({ headers }) => headers.has('x-middleware-next') || headers.has('x-middleware-rewrite'),
}

const ADDED_BY_VERCEL = {
  host: 'app.example',
  'x-forwarded-host': 'app.example',
  'x-forwarded-proto': 'https',
  'x-forwarded-for': '192.0.2.1',
  'x-real-ip': '192.0.2.1',
}

async function hold(held: Held): Promise<Partial<Tokens>> {
  switch (held) {
    case 'nothing':
      return {}
    case 'good':
      return signInAtAuthServer(stack)
    case 'near its end':
      return aged(stack, await signInAtAuthServer(stack), -10)
    case 'expired':
      return expiredSession(stack)
    case 'revoked': {
      const session = await expiredSession(stack)
      await fetch(`${stack.auth.url}/logout`, { method: 'POST', headers: { cookie: cookieHeader(session) } })
      return session
    }
  }
}

async function ask(
  place: Place,
  { path, method = 'GET', headers = {}, held = 'nothing', line }: MiddlewareCase,
) {
  const tokens = await hold(held)
  if (line) stack.line.set(line)
  const cookie = cookieHeader(tokens).replaceAll(/(\w+=)/g, `${place.prefix}$1`)
  const request = new Request(place.origin() + path, {
    method,
    headers: { ...headers, ...(cookie && { cookie }) },
    redirect: 'manual',
  })
  return { tokens, response: await place.send(request) }
}

describe.each([nextStart, onVercel])('$name', (place) => {
  test.skipIf(place === onVercel && !isBuiltForVercel()).for([...MIDDLEWARE_CASES])(
    '$title',
    async (wanted) => {
      const { tokens, response } = await ask(place, wanted)
      const passes = place.passes(response)
      if (wanted.expected === 'passes') expect([response.status, passes]).toEqual([200, true])
      else expect(passes).toBe(false)
      if (typeof wanted.expected === 'number') expect(response.status).toBe(wanted.expected)
      if (wanted.session) expect(response.headers.get('x-session')).toBe(wanted.session)

      const cookies = setCookies(response)
      const names = [...cookies.keys()].sort()
      const own = (name: string) => place.prefix + name
      if (wanted.cookies === 'untouched') expect(names).toEqual([])
      if (wanted.cookies === 'fresh') {
        expect(names).toEqual(['accessToken', 'refreshToken', 'userDataEtls'].map(own))
        expect(cookies.get(own('refreshToken'))?.value).not.toBe(tokens.refreshToken)
      }
      if (wanted.cookies === 'cleared')
        for (const name of ['accessToken', 'refreshToken'])
          expect(cookies.get(own(name))?.header).toContain('Max-Age=0')
      for (const { header } of cookies.values()) expect(header.includes('; Secure')).toBe(place.prefix !== '')

      if (wanted.location !== undefined) {
        const location = new URL(response.headers.get('location') ?? '', place.origin())
        expect(location.href).toBe(place.origin() + wanted.location)
      }
      for (const [name, value] of Object.entries(wanted.answerHeaders ?? {}))
        expect([name, response.headers.get(name)]).toEqual([name, value])
    },
  )
})

describe.skipIf(!isBuiltForVercel())('what only the platform sees', () => {
  test('the app gets the fresh tokens in the place of those that the browser sent', async () => {
    const { tokens, response } = await ask(onVercel, {
      title: '',
      path: '/dashboard',
      headers: asDocument,
      held: 'expired',
      expected: 'passes',
    })
    const handedOn = response.headers.get('x-middleware-request-cookie') ?? ''
    const fresh = setCookies(response)
    for (const name of ['__Host-accessToken', '__Host-refreshToken', '__Host-userDataEtls'])
      expect(handedOn).toContain(`${name}=${fresh.get(name)?.value}`)
    expect(handedOn).not.toContain(tokens.accessToken)
    expect(handedOn).not.toContain(tokens.refreshToken)
    expect(response.headers.get('x-middleware-override-headers')?.split(',')).toContain('cookie')
  })

  test('parallel requests in one function make one refresh call', async () => {
    const session = await expiredSession(stack)
    const cookie = cookieHeader(session).replaceAll(/(\w+=)/g, '__Host-$1')
    stack.line.forget()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        onVercel.send(new Request('https://app.example/dashboard', { headers: { ...asDocument, cookie } })),
      ),
    )
    expect(answers.map(({ headers }) => headers.get('x-session'))).toEqual(Array(20).fill('renewed'))
    expect(stack.line.calls('/refreshtoken')).toHaveLength(1)
    await Promise.all(edge?.waitedFor ?? [])
  })

  test.each(ADMIN_PATHS)('the routes lead %s to the middleware', (path) => {
    expect(isRoutedToMiddleware(path)).toBe(true)
  })

  test('the routes spare the middleware what belongs to nobody', () => {
    expect(isRoutedToMiddleware('/_next/static/chunks/main.js')).toBe(false)
  })
})
