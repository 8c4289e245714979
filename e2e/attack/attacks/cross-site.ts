import type { Attack } from '../attack.ts'
import { holds } from '../attack.ts'
import { cookiesOf, dueSession, send } from '../target.ts'

const UNSAFE = ['POST', 'PUT', 'PATCH', 'DELETE']

/** Headers of browsers and others with an unsafe request of another site. */
const origins = (host: string): Record<string, string>[] => [
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
  { 'sec-fetch-site': '' },
  { 'sec-fetch-site': 'same-origin, cross-site' },
  { origin: 'https://evil.example' },
  { origin: 'null' },
  { origin: `https://${host}.evil.example` },
  { origin: `https://evil.example/${host}` },
  {},
]

export const crossSiteAttacks: readonly Attack[] = [
  {
    name: 'another site changes something with the person’s cookies',
    kind: 'CWE-352',
    async run(target) {
      const cookie = cookiesOf(target, await dueSession(target))
      for (const method of UNSAFE)
        for (const origin of origins(new URL(target.url).host)) {
          const { status, setCookies } = await send(target, '/api/logout', {
            method,
            headers: { ...origin, cookie },
          })
          holds(status === 403, `${method} ${JSON.stringify(origin)} answered ${status}`)
          holds(setCookies.length === 0, `${method} ${JSON.stringify(origin)} changed cookies`)
        }
    },
  },
  {
    name: 'an origin of the other scheme passes as the own one',
    kind: 'CWE-346',
    async run(target) {
      const cookie = cookiesOf(target, await dueSession(target))
      const { protocol, host } = new URL(target.url)
      const other = `${protocol === 'https:' ? 'http' : 'https'}://${host}`
      const { status } = await send(target, '/api/logout', {
        method: 'POST',
        headers: { origin: other, cookie },
      })
      holds(status === 403, `Origin: ${other} answered ${status}`)
    },
  },
  {
    name: 'a method that a route does not have renews the session',
    kind: 'CWE-650',
    async run(target) {
      const { stack } = target
      for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT']) {
        const session = await dueSession(target)
        const before = stack.line.calls().length
        const answer = await send(target, '/api/refreshresttokens', {
          method,
          headers: {
            'sec-fetch-site': method === 'PUT' ? 'same-origin' : 'cross-site',
            cookie: cookiesOf(target, session),
          },
        })
        holds(answer.setCookies.length === 0, `${method} set cookies`)
        const asked = stack.line
          .calls()
          .slice(before)
          .map(({ path }) => path)
        holds(!asked.includes('/refreshtoken'), `${method} renewed`)
      }
    },
  },
  {
    name: 'TRACE and made-up methods make an error of the server',
    kind: 'CWE-749',
    async run(target) {
      for (const method of ['TRACE', 'PROPFIND', 'CONNECT'].slice(0, 2)) {
        const { status } = await send(target, '/', { method })
        holds(status < 500, `${method} answered ${status}`)
      }
    },
  },
]
