import { randomUUID } from 'node:crypto'
import { createRefreshTokens } from '../../auth-server/tokens/refresh-token.ts'
import { type Answer, request } from './connection.ts'

/** A client's request, and the part of the answer that it keeps. */
export type Client = { request(): string; answered(answer: Answer): void }

/** Plain data: it goes to the process with the load. */
export type ClientOptions =
  /** Sessions of the auth server by their ids, at generation 0 when the load begins. */
  | { readonly kind: 'evergate'; readonly secret: string; readonly sids: readonly string[] }
  /** As above, but each request is of a session drawn at random. `count` sessions, named by {@link sidOf}. */
  | { readonly kind: 'evergate-any'; readonly secret: string; readonly count: number }
  | { readonly kind: 'sign-in'; readonly path: string; readonly body: string }
  | { readonly kind: 'bare'; readonly path: string }
  /** A page of an app, with an access token that is good. */
  | { readonly kind: 'page'; readonly token: string }
  /** A page of an app, each time with a refresh token that was never seen. */
  | { readonly kind: 'renewing' }
  /** Refresh tokens of an OAuth provider, one for each client. */
  | {
      readonly kind: 'oauth'
      readonly path: string
      readonly form: string
      readonly tokens: readonly string[]
    }
  /** A session cookie, one for each client; a new one replaces it. */
  | { readonly kind: 'cookie'; readonly path: string; readonly cookies: readonly string[] }

export function newClients(options: ClientOptions, count: number): Client[] {
  const make = makerOf(options)
  return Array.from({ length: count }, (_, i) => make(i))
}

/** The id of the i-th session of a store that was filled: 22 characters, as real ones. */
export function sidOf(i: number): string {
  return `bench${String(i).padStart(17, '0')}`
}

function makerOf(options: ClientOptions): (i: number) => Client {
  switch (options.kind) {
    case 'evergate': {
      const tokens = createRefreshTokens([options.secret])
      return (i) => {
        let token = tokens.derive(at(options.sids, i), 0)
        return {
          request: () => refreshWith(token),
          answered(answer) {
            const next = newToken(answer)
            if (next === token) throw new Error('the refresh token did not rotate')
            token = next
          },
        }
      }
    }
    case 'evergate-any': {
      const tokens = createRefreshTokens([options.secret])
      const generations = new Uint32Array(options.count)
      const busy = new Set<number>()
      return () => {
        let session = 0
        return {
          request() {
            do session = Math.floor(Math.random() * options.count)
            while (busy.has(session))
            busy.add(session)
            return refreshWith(tokens.derive(sidOf(session), generations[session] ?? 0))
          },
          answered(answer) {
            busy.delete(session)
            const next = (generations[session] ?? 0) + 1
            if (newToken(answer).split('.')[2] !== String(next))
              throw new Error('the refresh token did not rotate')
            generations[session] = next
          },
        }
      }
    }
    case 'sign-in': {
      const text = request('POST', options.path, { 'Content-Type': 'application/json' }, options.body)
      return () => ({ request: () => text, answered: expectOk })
    }
    case 'bare': {
      const text = request('POST', options.path, {})
      return () => ({ request: () => text, answered: expectOk })
    }
    case 'page': {
      const text = request('GET', '/dashboard', { Cookie: `accessToken=${options.token}` })
      return () => ({ request: () => text, answered: (answer) => expectSession(answer, 'active') })
    }
    case 'renewing':
      return () => ({
        request: () => request('GET', '/dashboard', { Cookie: `refreshToken=${randomUUID()}` }),
        answered: (answer) => expectSession(answer, 'renewed'),
      })
    case 'oauth':
      return (i) => {
        let token = at(options.tokens, i)
        const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
        return {
          request: () => request('POST', options.path, headers, `${options.form}&refresh_token=${token}`),
          answered(answer) {
            expectOk(answer)
            const next = (JSON.parse(answer.body) as { refresh_token: string }).refresh_token
            if (next === token) throw new Error('the refresh token did not rotate')
            token = next
          },
        }
      }
    case 'cookie':
      return (i) => {
        const text = request('GET', options.path, { Cookie: at(options.cookies, i) })
        return {
          request: () => text,
          answered(answer) {
            expectOk(answer)
            if (!/\r\nset-cookie:/i.test(answer.head)) throw new Error('the session was not renewed')
          },
        }
      }
  }
}

function refreshWith(token: string): string {
  return request('POST', '/refreshtoken', {
    Cookie: `refreshToken=${token}`,
    'User-Agent': 'evergate-bench/1',
  })
}

function newToken(answer: Answer): string {
  expectOk(answer)
  const [, token] = /"refreshToken":"([^"]+)"/.exec(answer.body) ?? []
  if (token === undefined) throw new Error('an answer without a refresh token')
  return token
}

function expectOk({ status, body }: Answer): void {
  if (status !== 200) throw new Error(`answered ${status}: ${body.slice(0, 200)}`)
}

function expectSession(answer: Answer, outcome: string): void {
  expectOk(answer)
  if (!answer.head.includes(`x-session: ${outcome}`)) throw new Error(`not ${outcome}: ${answer.head}`)
}

function at(values: readonly string[], i: number): string {
  const value = values[i]
  if (value === undefined) throw new Error(`there is nothing for client ${i}`)
  return value
}
