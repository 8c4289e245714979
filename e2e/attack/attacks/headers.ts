import type { Attack } from '../attack.ts'
import { holds } from '../attack.ts'
import { CALL, cookiesOf, dueSession, PAGE, send } from '../target.ts'

/** Headers that somebody behind the gateway might believe. */
const LIES = {
  'x-session': 'active',
  'x-session-return-to': '//evil.example',
  'x-middleware-subrequest': 'middleware:middleware:middleware:middleware:middleware',
  'x-middleware-rewrite': '/admin',
  'x-middleware-next': '1',
  'x-forwarded-host': 'evil.example',
  forwarded: 'for=203.0.113.9;host=evil.example',
  'x-original-url': '/admin',
  'x-rewrite-url': '/admin',
}

export const headerAttacks: readonly Attack[] = [
  {
    name: 'the API is handed the new refresh token when a renewal falls on the proxy',
    kind: 'CWE-200',
    async run(target) {
      const { line } = target.stack
      const session = await dueSession(target)
      const before = line.calls().length
      const answer = await send(target, '/api/backend/me', {
        headers: { ...CALL, cookie: cookiesOf(target, session) },
      })
      holds(answer.status === 200, `the proxy answered ${answer.status}`)
      const fresh = answer.setCookies.find((header) => header.includes('refreshToken='))
      const [, token = ''] = /refreshToken=([^;]+)/.exec(fresh ?? '') ?? []
      holds(token !== '', 'nothing was renewed')
      const calls = line
        .calls()
        .slice(before)
        .filter(({ path }) => path === '/me')
      holds(calls.length > 0, 'the API was not called')
      for (const { headers } of calls) {
        holds(!JSON.stringify(headers).includes(token), 'the API was sent the refresh token')
        for (const name of ['set-cookie', 'server-timing', 'content-security-policy', 'cookie'])
          holds(headers[name] === undefined, `the API was sent ${name}`)
      }
    },
  },
  {
    name: 'headers of a client reach the API as if the gateway had set them',
    kind: 'CWE-348',
    async run(target) {
      const { line } = target.stack
      const session = await dueSession(target)
      const before = line.calls().length
      await send(target, '/api/backend/me', {
        headers: {
          ...CALL,
          ...LIES,
          cookie: cookiesOf(target, session),
          connection: 'close, x-forwarded-for, authorization',
        },
      })
      const calls = line
        .calls()
        .slice(before)
        .filter(({ path }) => path === '/me')
      for (const { headers } of calls) {
        holds(!JSON.stringify(headers).includes('evil.example'), 'a lie of the client reached the API')
        holds(/^Bearer /.test(String(headers.authorization)), 'Connection took the bearer token away')
      }
    },
  },
  {
    name: 'a made-up header lets somebody in without a session',
    kind: 'CVE-2025-29927',
    async run(target) {
      for (const path of ['/dashboard', '/admin', '/sessions', '/api/backend/me', '/api/session']) {
        const answer = await send(target, path, { headers: { ...PAGE, ...LIES } })
        holds(answer.status === 303 || answer.status === 401, `${path} answered ${answer.status}`)
      }
    },
  },
]
